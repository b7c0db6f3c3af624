package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SpinMode;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.util.unit.DataSize;

/**
 * The settings of SMC. Immutable; the values are checked when the bean is initialised, on every Java version, so that a
 * mistake shows in a test on a machine that has no SMC as well.
 *
 * @param enabled Whether SMC is used at all.
 * @param client Outgoing HTTP connections.
 * @param server Accepted HTTP connections.
 * @param buffers Buffers of one connection.
 * @param memory Ring memory of the application.
 * @param handshake Negotiation with a peer.
 * @param spin Polling before a thread sleeps.
 * @param sharedMemory Shared memory between processes of one host.
 * @param rdma RDMA between hosts.
 * @param discovery How peers that understand SMC are recognised.
 * @param peers Listeners that are known to understand SMC.
 * @param monitor How the application watches what SMC does.
 * @param policy Rules about the peers SMC may be tried with. The first that matches decides; a peer that no rule
 *        matches is allowed.
 * @param adaptive Rules that the engine makes by itself.
 */
@ConfigurationProperties("smc")
public record SmcProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue Client client,
        @DefaultValue Server server,
        @DefaultValue Buffers buffers,
        @DefaultValue Memory memory,
        @DefaultValue Handshake handshake,
        @DefaultValue Spin spin,
        @DefaultValue SharedMemory sharedMemory,
        @DefaultValue Rdma rdma,
        @DefaultValue Discovery discovery,
        @DefaultValue Peers peers,
        @DefaultValue Monitor monitor,
        @DefaultValue List<PolicyRule> policy,
        @DefaultValue Adaptive adaptive) implements InitializingBean {

    /**
     * Checks ranges and the syntax of names, addresses and the policy.
     *
     * @throws io.smc4j.engine.InvalidSettingException naming the first property that does not hold
     */
    @Override
    public void afterPropertiesSet() {
        SmcConfigs.of(this);
    }

    /**
     * Outgoing HTTP connections.
     *
     * @param enabled Whether outgoing connections may use SMC.
     * @param webclient WebClient.
     * @param rest RestClient and RestTemplate made by the auto-configured builders, and OpenFeign.
     * @param restTemplateBeans RestTemplate beans that no builder made.
     * @param gateway Spring Cloud Gateway.
     * @param pool Connection pool of RestClient and RestTemplate.
     */
    public record Client(
            @DefaultValue("true") boolean enabled,
            @DefaultValue WebClient webclient,
            @DefaultValue Rest rest,
            @DefaultValue RestTemplateBeans restTemplateBeans,
            @DefaultValue Gateway gateway,
            @DefaultValue Pool pool) {
    }

    /**
     * WebClient.
     *
     * @param enabled Whether WebClients made by the auto-configured builder use SMC.
     */
    public record WebClient(@DefaultValue("true") boolean enabled) {
    }

    /**
     * RestClient and RestTemplate.
     *
     * @param enabled Whether RestClients and RestTemplates made by the auto-configured builders use SMC.
     */
    public record Rest(@DefaultValue("true") boolean enabled) {
    }

    /**
     * RestTemplate beans that no builder made.
     *
     * @param enabled Whether RestTemplate beans that the application makes by "new" use SMC as well.
     */
    public record RestTemplateBeans(@DefaultValue("true") boolean enabled) {
    }

    /**
     * Spring Cloud Gateway.
     *
     * @param enabled Whether a Spring Cloud Gateway (WebFlux) connects to its targets by SMC.
     */
    public record Gateway(@DefaultValue("true") boolean enabled) {
    }

    /**
     * Connection pool of RestClient and RestTemplate.
     *
     * @param maxTotal Largest number of pooled connections.
     * @param maxPerRoute Largest number of pooled connections to one host and port.
     */
    public record Pool(@DefaultValue("65535") int maxTotal, @DefaultValue("65535") int maxPerRoute) {
    }

    /**
     * Accepted HTTP connections.
     *
     * @param enabled Whether accepted connections may use SMC.
     * @param tomcat Tomcat.
     * @param netty Reactor Netty.
     * @param jetty Jetty.
     */
    public record Server(@DefaultValue("true") boolean enabled, @DefaultValue Tomcat tomcat,
            @DefaultValue Netty netty, @DefaultValue Jetty jetty) {
    }

    /**
     * Tomcat.
     *
     * @param enabled Whether the embedded Tomcat accepts SMC.
     */
    public record Tomcat(@DefaultValue("true") boolean enabled) {
    }

    /**
     * Jetty.
     *
     * @param enabled Whether the embedded Jetty accepts SMC.
     */
    public record Jetty(@DefaultValue("true") boolean enabled) {
    }

    /**
     * Reactor Netty.
     *
     * @param enabled Whether the embedded Reactor Netty server accepts SMC.
     */
    public record Netty(@DefaultValue("true") boolean enabled) {
    }

    /**
     * Buffers of one connection, rounded up to a power of two; a socket's own SO_SNDBUF and SO_RCVBUF come first.
     *
     * @param sendSize Bytes a connection may have under way to its peer, 16KB to 16MB.
     * @param receiveSize Bytes a connection's receive rings may grow to, 16KB to 16MB.
     * @param initialSize Size of a receive ring in shared memory at first and whenever it was idle, 16KB to 1MB.
     * @param rdmaSize Largest ring and send buffer of a connection over RDMA, which do not grow, 16KB to 1MB.
     * @param idleAfter How long nothing arrives before a receive ring that has grown becomes small again, 1s to 1d.
     */
    public record Buffers(@DefaultValue("4MB") DataSize sendSize, @DefaultValue("4MB") DataSize receiveSize,
            @DefaultValue("16KB") DataSize initialSize, @DefaultValue("256KB") DataSize rdmaSize,
            @DefaultValue("10s") Duration idleAfter) {
    }

    /**
     * Ring memory of the application.
     *
     * @param limit Memory for the receive rings of all connections, at most 64GB; when it is used up, further
     *        connections stay on TCP.
     */
    public record Memory(@DefaultValue("512MB") DataSize limit) {
    }

    /**
     * Negotiation with a peer.
     *
     * @param timeout How long a negotiation may take before the connection goes on without SMC, 1ms to 10m.
     * @param retryAfter How long a peer with which a negotiation failed is left alone, at most 1d.
     */
    public record Handshake(@DefaultValue("5s") Duration timeout, @DefaultValue("30s") Duration retryAfter) {
    }

    /**
     * Polling before a thread sleeps.
     *
     * @param mode Whether a thread that waits for data polls for a moment before it sleeps.
     * @param limit Longest such poll, at most 1ms; a number without a unit means microseconds.
     */
    public record Spin(
            @DefaultValue("adaptive") SpinMode mode,
            @DefaultValue("50us") @DurationUnit(ChronoUnit.MICROS) Duration limit) {
    }

    /**
     * Shared memory between processes of one host.
     *
     * @param enabled Whether peers on this host are reached by shared memory.
     * @param directory Directory in which applications meet that share it but no network namespace; empty for none. If
     *        not set, /run/smc4j where that exists and may be used.
     * @param users Whose applications this one meets by shared memory, as names or ids of users (orders, 1001) and
     *        groups (@smc, @2000); if empty, all that the directory's mode lets in.
     */
    public record SharedMemory(@DefaultValue("true") boolean enabled, String directory,
            @DefaultValue List<String> users) {
    }

    /**
     * RDMA between hosts.
     *
     * @param provider What carries SMC-R.
     * @param ueid User EIDs (up to 4), by which peers recognise that they may use SMC-R version 2 with each other.
     * @param device RDMA device to use, such as mlx5_0; any if not set.
     * @param port Number of the device's port; 0 for any.
     * @param gidIndex Index in the port's GID table; -1 for the GID of the connection's local address.
     * @param pnet Which devices serve which network interfaces, where that does not show by itself.
     * @param maxLinks Largest number of links of a link group, 1 or 2.
     * @param maxConnections Largest number of connections of a link group, 16 to 255.
     */
    public record Rdma(
            @DefaultValue("auto") RdmaConfig.Provider provider,
            @DefaultValue("SMC4J") List<String> ueid,
            String device,
            @DefaultValue("0") int port,
            @DefaultValue("-1") int gidIndex,
            @DefaultValue List<Pnet> pnet,
            @DefaultValue("2") int maxLinks,
            @DefaultValue("255") int maxConnections) {
    }

    /**
     * Says that a device's port is on the same physical network as a network interface. Two entries for one interface
     * give it two ports.
     *
     * @param netdev Network interface that carries the TCP connections, such as eth0.
     * @param device RDMA device, such as mlx5_0.
     * @param port Number of the device's port.
     */
    public record Pnet(String netdev, String device, @DefaultValue("1") int port) {
    }

    /**
     * How peers that understand SMC are recognised.
     *
     * @param synOption Whether SMC is announced in TCP's handshake, where the process may do so.
     * @param http Whether HTTP clients ask servers by a header whether they understand SMC, and servers answer, where
     *        nothing else tells; not towards public addresses.
     */
    public record Discovery(@DefaultValue("true") boolean synOption, @DefaultValue("false") boolean http) {
    }

    /**
     * Listeners that are known to understand SMC.
     *
     * @param include Addresses or address ranges, each with a port or range of ports if not all are meant, such as
     *        10.0.0.0/8:8080, to which SMC is proposed though nothing announces it.
     */
    public record Peers(@DefaultValue List<String> include) {
    }

    /**
     * How the application watches what SMC does.
     *
     * @param enabled Whether rates are measured, and slow readers found, once a second.
     * @param slowAfter How long a reader takes nothing while bytes wait before it counts as slow, 1ms to 1d.
     * @param warnAt Percent of a resource's limit from which on it counts as scarce, 1 to 100.
     */
    public record Monitor(@DefaultValue("true") boolean enabled, @DefaultValue("5s") Duration slowAfter,
            @DefaultValue("80") int warnAt) {
    }

    /**
     * Rules that the engine makes by itself.
     *
     * @param enabled Whether the engine makes rules by itself for peers that SMC does not pay with.
     * @param shortLived Number of connections in a row, within a minute, that end before they are worth their
     *        handshake, after which a listener's go to TCP for a while; 0 for never.
     * @param slowReaders Number of times within the duration that readers at a listener take nothing for long, as
     *        smc.monitor.slow-after says, while this side waits to write, after which connections to it go to TCP for a
     *        while; 0 for never.
     * @param duration How long such a rule is in force.
     */
    public record Adaptive(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("1000") int shortLived,
            @DefaultValue("20") int slowReaders,
            @DefaultValue("10m") Duration duration) {
    }

    /**
     * One rule of the policy; it matches when all of its conditions do, and a condition left out matches any peer.
     *
     * @param action What to do with the peers that match.
     * @param direction Who opens the connection.
     * @param host Host name or address pattern in which "*" stands for any characters.
     * @param cidr Address or address range, such as 10.0.0.0/8.
     * @param port Port or range of ports, such as 8080 or 8000-8999; the local port for accepted connections.
     */
    public record PolicyRule(
            SmcPolicy.Action action,
            @DefaultValue("any") SmcPolicy.Direction direction,
            String host,
            String cidr,
            String port) {
    }
}
