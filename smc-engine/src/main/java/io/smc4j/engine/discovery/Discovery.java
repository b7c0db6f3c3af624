package io.smc4j.engine.discovery;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.discovery.directory.SharedDirectory;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.smcd.SmcdLinkGroups;
import io.smc4j.engine.smcr.Rdma;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Who may be sent a Proposal: a server that does not know CLC must never see one. {@link Markers} tell of listeners on
 * this host, and a {@link SharedDirectory} of those in other network namespaces of it. An {@link Announcer} tells of
 * those on other hosts, or the settings do, or they have told by HTTP: {@link LearnedListeners}. Thread-safe.
 */
public final class Discovery implements AutoCloseable {

    static final System.Logger LOG = System.getLogger("io.smc4j.engine.discovery");

    private final SmcConfig config;
    private final Rdma rdma;
    private final Announcer announcer;
    private final Markers markers;
    private final LocalAddresses localAddresses = new LocalAddresses();
    private final RecentFailures failures;
    private final LearnedListeners learnedListeners;
    private final SharedDirectory directory;
    private volatile boolean closed;

    /**
     * Puts the parts together.
     *
     * @param announcer closed with this
     * @throws io.smc4j.engine.InvalidSettingException if the directory of the settings is not safe
     */
    public Discovery(SmcConfig config, ControlLoop loop, SmcdLinkGroups linkGroups, Rdma rdma, Announcer announcer) {
        this.config = config;
        this.rdma = rdma;
        this.announcer = announcer;
        this.markers = new Markers(loop, linkGroups, config.sharedMemory().enabled());
        this.failures = new RecentFailures(config.retryAfter().toNanos(), linkGroups::isKnown, System::nanoTime);
        this.learnedListeners = new LearnedListeners(config.retryAfter().toNanos(), System::nanoTime);
        this.directory = SharedDirectory.open(config.sharedMemory(), loop, linkGroups,
                config.retryAfter().toNanos());
    }

    /** Tell of listeners on this host. */
    public Markers markers() {
        return markers;
    }

    /** Tells of listeners on this host that are not in this network namespace. */
    public SharedDirectory directory() {
        return directory;
    }

    /**
     * Makes a listener known to the processes of this host. Call it when the address is bound and before anybody can
     * connect.
     *
     * @param bound the listener's address
     */
    public Publication publish(InetSocketAddress bound) {
        return new Publication(markers.publish(bound), directory.publish(bound));
    }

    /** Tells of listeners on other hosts, and them of this one. */
    public Announcer announcer() {
        return announcer;
    }

    /** Which addresses are this host's. */
    public LocalAddresses localAddresses() {
        return localAddresses;
    }

    /** Listeners with which an attempt failed not long ago. */
    public RecentFailures failures() {
        return failures;
    }

    /** Listeners that have told by HTTP. */
    public LearnedListeners learnedListeners() {
        return learnedListeners;
    }

    /** Whether the settings name a listener that nothing else may tell of, or it has told by HTTP. */
    public boolean isKnown(InetSocketAddress listener) {
        return config.peers().stream().anyMatch(peer -> peer.includes(listener)) || learnedListeners.contains(listener);
    }

    /**
     * Has a listener announce SMC to clients on other hosts, if it can serve them; before it listens.
     *
     * @param bound the listener's address
     */
    public void announce(int fd, InetSocketAddress bound) {
        InetAddress address = bound.getAddress();
        if (config.serverEnabled() && !closed && (address.isAnyLocalAddress() || rdma.portFor(address) != null)) {
            announcer.announce(fd);
        }
    }

    /** A listener that may have announced is about to be closed. */
    public void withdraw(int fd) {
        announcer.forget(fd);
    }

    @Override
    public void close() {
        closed = true;
        announcer.close();
        directory.close();
    }
}
