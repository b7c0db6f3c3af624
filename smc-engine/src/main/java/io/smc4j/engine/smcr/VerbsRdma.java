package io.smc4j.engine.smcr;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.BufferSizes;
import io.smc4j.engine.link.ClientContact;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.link.ServerContact;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SharedMemory;
import io.smc4j.engine.os.verbs.VerbsException;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.Eid;
import io.smc4j.engine.wire.FirstContact;
import io.smc4j.engine.wire.Llc;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** RDMA by verbs. Without any device, {@link #objection()} says why. */
final class VerbsRdma implements Rdma {

    /** Of SMC version 2: 2.1. */
    static final int RELEASE = 1;

    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Unused link groups end after this time, the client's later than the server's, as the kernel's do. */
    private static final long SERVER_IDLE_NANOS = TimeUnit.SECONDS.toNanos(600);
    private static final long CLIENT_IDLE_NANOS = TimeUnit.SECONDS.toNanos(610);
    private static final int MAC_BITS = 48;

    private final ControlLoop loop;
    private final RdmaConfig config;
    private final MemoryBudget budget;
    private final RdmaPorts ports;
    private final BlockingExecutor setup;
    private final List<Eid> eids;
    private final long peerId;
    private final String hostname = FirstContact.hostnameOf(Hostname.get());
    private final AtomicInteger ids = new AtomicInteger();
    private final List<SmcrLinkGroup> groups = new CopyOnWriteArrayList<>();
    private boolean closed;

    /** Looks for devices. */
    VerbsRdma(ControlLoop loop, RdmaConfig config, MemoryBudget budget) {
        this.loop = loop;
        this.config = config;
        this.budget = budget;
        this.setup = new BlockingExecutor(loop);
        this.eids = config.ueid().stream().map(Eid::new).toList();
        this.ports = RdmaPorts.open(loop, config, this::portDown, this::portUp);
        // Two random bytes and a MAC address, as the kernel's; never zero.
        this.peerId = ThreadLocalRandom.current().nextLong(1, 1L << Long.SIZE - MAC_BITS) << MAC_BITS | ports.mac()
                .bits();
        if (ports.hasDevices()) {
            loop.schedule(TICK_NANOS, this::tick);
        }
    }

    @Override
    public FallbackReason objection() {
        return ports.objection();
    }

    @Override
    public Port portFor(InetAddress local) {
        RdmaPort port = ports.serving(local);
        return port == null ? null : new ServedPort(this, port, local);
    }

    /** A port, as it serves one local address. */
    private record ServedPort(VerbsRdma rdma, RdmaPort port, InetAddress local) implements Port {

        @Override
        public RdmaOffer offer() {
            return new RdmaOffer(rdma.peerId, port.mac(), port.roceGid(1), port.roceGid(2),
                    port.v2() == null ? List.of() : rdma.eids, rdma.config.maxConnections(), rdma.config.maxLinks());
        }

        @Override
        public ClientContact accepted(ClcAccept accept, BufferSizes sizes) throws DeclineException {
            return SmcrClientContact.of(rdma, port, accept, sizes);
        }

        @Override
        public ServerContact proposed(ClcProposal proposal, BufferSizes sizes) throws DeclineException {
            return new SmcrServerContact(rdma, port, ProposedTerms.of(rdma, port, local, proposal), sizes);
        }
    }

    @Override
    public void suspect(int linkGroup) {
        loop.execute(() -> groups.stream().filter(group -> group.id() == linkGroup).forEach(SmcrLinkGroup::suspect));
    }

    @Override
    public SmcSnapshot.Rdma snapshot() {
        return new SmcSnapshot.Rdma(objection() == null ? RdmaConfig.Provider.VERBS : RdmaConfig.Provider.NONE,
                objection(), ports.snapshot(this::linksOn));
    }

    private int linksOn(RdmaPort port) {
        return (int) groups.stream().flatMap(group -> group.links().all().stream())
                .filter(link -> link.port().isSameAs(port)).count();
    }

    @Override
    public Collection<SmcSnapshot.LinkGroup> linkGroups() {
        return groups.stream().map(SmcrLinkGroup::snapshot).toList();
    }

    // ---- for link groups and contacts, on the control loop

    ControlLoop loop() {
        return loop;
    }

    RdmaConfig config() {
        return config;
    }

    List<Eid> eids() {
        return eids;
    }

    BlockingExecutor setup() {
        return setup;
    }

    long peerId() {
        return peerId;
    }

    boolean isClosed() {
        return closed;
    }

    String hostname() {
        return hostname;
    }

    /** Another port to the same network as a port, or {@code null}. */
    RdmaPort alternative(RdmaPort port, int version) {
        return ports.alternative(port, version);
    }

    SmcrLinkGroup find(SmcSnapshot.Role role, Predicate<SmcrLinkGroup> condition) {
        return groups.stream().filter(group -> group.role() == role && group.isOpen() && condition.test(group))
                .findFirst()
                .orElse(null);
    }

    SmcrLinkGroup create(SmcSnapshot.Role role, SmcrLinkGroup.Terms terms) throws DeclineException {
        SharedMemory memory;
        try {
            if (closed) {
                throw new DeclineException(FallbackReason.DISABLED);
            }
            // Twice the budget: what is exhausted is to be the budget, not the place for it.
            memory = SharedMemory.create("smc4j-rdma", SmcrLinkGroup.memoryFor(2 * budget.limit()));
        } catch (OsException e) {
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "no memory for a link group", e);
            throw new DeclineException(FallbackReason.NO_RESOURCES);
        }
        SmcrLinkGroup group = new SmcrLinkGroup(this, ids.incrementAndGet(), role, terms, memory, budget);
        groups.add(group);
        // The loop's doorbell before any selector's, so that it always has a place.
        loop.doorbell().slot(group);
        return group;
    }

    /** Adds the first link of a link group; ends the link group if that fails. */
    RdmaLink addLink(SmcrLinkGroup group, RdmaPort port) throws DeclineException {
        try {
            return group.addLink(port);
        } catch (VerbsException e) {
            end(group, "no queue pair");
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "no queue pair", e);
            throw new DeclineException(reasonOf(e));
        } catch (DeclineException e) {
            end(group, "no queue pair");
            throw e;
        }
    }

    static FallbackReason reasonOf(VerbsException e) {
        return switch (e.reason()) {
            case NO_LIBRARY -> FallbackReason.NO_RDMA_LIBRARY;
            case NO_DEVICE -> FallbackReason.NO_RDMA_DEVICE;
            case NO_PERMISSION -> FallbackReason.RDMA_NOT_PERMITTED;
            case MEMLOCK_LIMIT -> FallbackReason.MEMORY_LOCK_LIMIT;
            case NO_RESOURCES -> FallbackReason.NO_RESOURCES;
            default -> FallbackReason.LINK_NOT_READY;
        };
    }

    /** @param reason what the exceptions of its connections are to say */
    void end(SmcrLinkGroup group, String reason) {
        group.down(reason);
    }

    void forget(SmcrLinkGroup group) {
        groups.remove(group);
    }

    private void portDown(RdmaDevice device, int port) {
        for (SmcrLinkGroup group : groups) {
            for (RdmaLink link : group.links().all()) {
                if (link.port().device() == device && (port == 0 || link.port().number() == port)) {
                    link.fail(port == 0 ? "device lost" : "port down");
                }
            }
        }
    }

    private void portUp(RdmaDevice device) {
        groups.forEach(group -> group.llc().addition().portUp(device));
    }

    private void tick() {
        if (closed) {
            return;
        }
        for (RdmaDevice device : ports.vanished()) {
            portDown(device, 0);
            // After its links have taken what had come.
            loop.execute(() -> remove(device));
        }
        ports.openNew().forEach(this::portUp);
        long now = System.nanoTime();
        for (SmcrLinkGroup group : groups) {
            long idle = group.role() == SmcSnapshot.Role.SERVER ? SERVER_IDLE_NANOS : CLIENT_IDLE_NANOS;
            if (group.tick(now, idle)) {
                group.announceEnd(Llc.PROGRAM_INITIATED);
                // The message needs a moment to go out.
                loop.schedule(TICK_NANOS, () -> end(group, "the link group was idle"));
            }
        }
        loop.schedule(TICK_NANOS, this::tick);
    }

    private void remove(RdmaDevice device) {
        if (device.linkCount() == 0) {
            ports.remove(device);
        } else {
            // A link is just being connected, or has been until now.
            loop.schedule(TICK_NANOS, () -> remove(device));
        }
    }

    @Override
    public void close() {
        closed = true;
        groups.forEach(group -> group.announceEnd(Llc.PROGRAM_INITIATED));
        ports.drain();
        groups.forEach(group -> end(group, "the engine was closed"));
        setup.close();
        ports.close();
    }
}
