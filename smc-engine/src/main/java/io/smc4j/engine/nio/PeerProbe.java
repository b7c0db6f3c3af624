package io.smc4j.engine.nio;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.PeerCheck;
import io.smc4j.engine.PeerCheck.Step;
import io.smc4j.engine.PolicyTable.Decision;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy.Action;
import io.smc4j.engine.SmcSnapshot.Connection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Connects to a peer as any client of the engine would, and tells how far SMC came. Sends nothing over the connection
 * but to a peer that says over SMC that it returns what it gets. So a listener that is not known to understand SMC gets
 * no byte. For one thread.
 */
final class PeerProbe {

    private static final long INTERVAL_NANOS = 1_000_000;
    /** For what follows the engine's own time limit. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final SmcSelectorProvider provider;
    private final String host;
    private final int port;
    private final Duration timeout;
    private final List<Step> steps = new ArrayList<>();

    PeerProbe(SmcSelectorProvider provider, String host, int port, Duration timeout) {
        this.provider = provider;
        this.host = host;
        this.port = port;
        this.timeout = timeout;
    }

    PeerCheck run() {
        InetSocketAddress address = resolve();
        if (address == null) {
            return ended(null, "no connection: the name is not known", "see the name and the name service");
        }
        Decision decision = provider.policyTable().checkOutbound(address);
        boolean denied = decision.action() == Action.DENY;
        step("policy", !denied, decision.rule() == null ? "no rule matches" : (denied ? "denied" : "allowed")
                + " by rule " + decision.rule().id());
        try (SmcSocketChannel channel = (SmcSocketChannel) provider.openSocketChannel()) {
            channel.socket().connect(address, (int) Math.min(Integer.MAX_VALUE, timeout.toMillis()));
            step("connect", true, "TCP connects, from "
                    + ((InetSocketAddress) channel.getLocalAddress()).getAddress().getHostAddress());
            boolean local = provider.engine().discovery().localAddresses().contains(address.getAddress());
            step("host", true, local ? "an address of this host" : "not an address of this network namespace");
            return outcome(await(channel), channel);
        } catch (IOException e) {
            String cause = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            step("connect", false, cause);
            return ended(null, "no connection: " + cause, "see whether somebody listens there, and what is between");
        }
    }

    /** In a thread of its own: a name service may take longer than anybody waits. */
    private InetSocketAddress resolve() {
        CompletableFuture<InetSocketAddress> found = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("smc-resolve")
                .start(() -> found.complete(new InetSocketAddress(host, port)));
        try {
            InetSocketAddress address = found.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (!address.isUnresolved()) {
                step("resolve", true, address.getAddress().getHostAddress());
                return address;
            }
            step("resolve", false, "unknown host " + host);
        } catch (TimeoutException | ExecutionException e) {
            step("resolve", false, "no answer of the name service");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            step("resolve", false, "interrupted");
        }
        return null;
    }

    /** The connection when its mode stands, or as it is when the time is over; {@code null} if it has ended. */
    private Connection await(SmcSocketChannel channel) {
        long limit = provider.config().handshakeTimeout().plus(GRACE).toNanos();
        long begun = System.nanoTime();
        Connection connection = channel.snapshot();
        while (connection != null && connection.mode() == null && System.nanoTime() - begun < limit
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(INTERVAL_NANOS);
            provider.lookAtKernel();
            connection = channel.snapshot();
        }
        return connection;
    }

    private PeerCheck outcome(Connection connection, SmcSocketChannel channel) {
        if (connection == null || connection.mode() == null) {
            step("handshake", false, "not over within " + provider.config().handshakeTimeout().toMillis() + " ms");
            return ended(null, "no mode within the handshake time", FallbackReason.TIMEOUT.hint());
        }
        FallbackReason reason = connection.fallbackReason();
        if (connection.mode() != SmcMode.TCP) {
            step("announced", true, "the listener is known to understand SMC");
            step("handshake", true, connection.mode() + ", rings of " + connection.sendBufferSize() + " and "
                    + connection.receiveBufferSize() + " bytes at most");
            step("link group", true, "link group " + connection.linkGroup());
            return echo(connection.mode(), Echo.attempt(channel.socket()));
        }
        if (reason == null) {
            return ended(SmcMode.TCP, "TCP", "");
        }
        String found = reason.text() + " (" + reason + ")";
        String at = failedStep(reason);
        if (at.equals("handshake")) {
            step("announced", true, "the listener is known to understand SMC");
        }
        if (!at.equals("policy")) {
            step(at, false, connection.peerDiagnosis() == 0 ? found
                    : found + ", peer's diagnosis " + FallbackReason.codeText(connection.peerDiagnosis()));
        }
        return ended(SmcMode.TCP, "TCP: " + found, reason.hint());
    }

    private PeerCheck echo(SmcMode mode, Echo.Outcome outcome) {
        if (outcome == Echo.Outcome.LOST) {
            step("echo", false, "a few bytes did not come back as they were");
            return ended(mode, "SMC, but bytes are lost on " + mode, "start the listener anew and check again");
        }
        if (outcome == Echo.Outcome.RETURNED) {
            step("echo", true, "a few bytes came back");
        }
        return ended(mode, "SMC: connections run on " + mode, "");
    }

    /** Which step of a connect comes to nothing for a reason. */
    private static String failedStep(FallbackReason reason) {
        return switch (reason) {
            case POLICY -> "policy";
            case DISABLED, UNAVAILABLE, RECENT_FAILURE -> "attempt";
            case PEER_WITHOUT_SMC, NOT_ANNOUNCED, NO_SHARED_DIRECTORY, NOT_IN_DIRECTORY, ACCESS_REFUSED -> "announced";
            case PEER_NOT_LOCAL, NO_RDMA_LIBRARY, NO_RDMA_DEVICE, RDMA_NOT_PERMITTED, MEMORY_LOCK_LIMIT, NO_KERNEL_SMC,
                    NO_SMCR_DEVICE -> "device";
            default -> "handshake";
        };
    }

    private void step(String name, boolean passed, String found) {
        steps.add(new Step(name, passed, found));
    }

    private PeerCheck ended(SmcMode mode, String verdict, String lever) {
        return new PeerCheck((host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port, mode, steps, verdict,
                lever);
    }
}
