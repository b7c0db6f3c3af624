package io.smc4j.engine.core;

import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcResources;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.discovery.Announcer;
import io.smc4j.engine.discovery.BpfAnnouncer;
import io.smc4j.engine.discovery.Discovery;
import io.smc4j.engine.discovery.directory.SharedDirectory;
import io.smc4j.engine.events.EngineEvents;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.link.Spinner;
import io.smc4j.engine.negotiation.KernelSmc;
import io.smc4j.engine.negotiation.Negotiations;
import io.smc4j.engine.negotiation.Statistics;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.smcd.Admission;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdLinkGroups;
import io.smc4j.engine.smcr.Rdma;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Makes the parts of one engine, gives each what it uses, and closes them. Thread-safe. */
public final class SmcEngine implements AutoCloseable {

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final SmcConfig config;
    private final Gid gid = Gid.random();
    private final MemoryBudget budget;
    private final ControlLoop loop;
    private final SmcdLinkGroups linkGroups;
    private final Rdma rdma;
    private final Discovery discovery;
    private final Spinner.Policy spinPolicy;
    private final Statistics statistics = new Statistics();
    private final Negotiations negotiations;
    private final ResourceMonitor resources;
    private volatile boolean closed;

    /**
     * Starts the engine's thread.
     *
     * @throws InvalidSettingException if the shared directory is not safe, or a user is not known
     */
    public SmcEngine(SmcConfig config) throws OsException {
        this(config, (loop, rdma, budget) -> Rdma.open(loop, rdma, budget, KernelSmc::probe), BpfAnnouncer::load);
    }

    /**
     * Starts the engine's thread.
     *
     * @param opener makes what there is of RDMA
     * @param announcer asked only if there is RDMA and to announce is wanted
     */
    public SmcEngine(SmcConfig config, Rdma.Opener opener, Supplier<Announcer> announcer) throws OsException {
        this.config = config;
        Admission admission = new Admission(config.sharedMemory().users());
        this.budget = new MemoryBudget(config.memoryLimit());
        this.spinPolicy = new Spinner.Policy(config.spinMode(), config.spinLimit().toNanos());
        this.loop = new ControlLoop("smc-control-" + NUMBERS.incrementAndGet());
        this.linkGroups = new SmcdLinkGroups(loop, gid, budget, config.handshakeTimeout().toNanos(),
                config.buffers().idleAfter().toNanos(), admission);
        this.rdma = opener.open(loop, config.rdma(), budget);
        Announcer announcing = config.synOption() && rdma.objection() == null ? announcer.get() : Announcer.NONE;
        try {
            this.discovery = new Discovery(config, loop, linkGroups, rdma, announcing);
        } catch (InvalidSettingException e) {
            CompletableFuture.runAsync(() -> {
                linkGroups.close();
                rdma.close();
                announcing.close();
            }, loop).join();
            loop.close();
            throw e;
        }
        this.negotiations = new Negotiations(config, gid, loop, linkGroups, rdma, discovery, statistics, spinPolicy);
        this.resources = new ResourceMonitor(config.monitor().warnAt(), budget, linkGroups, rdma,
                EngineEvents.get()::scarce);
        resources.start(loop);
    }

    /** The settings. */
    public SmcConfig config() {
        return config;
    }

    /** This engine's name. */
    public Gid gid() {
        return gid;
    }

    /** What is spent on rings. */
    public MemoryBudget budget() {
        return budget;
    }

    /** What is used of what is bounded. */
    public SmcResources resources() {
        return resources.look();
    }

    /** The engine's thread. */
    public ControlLoop loop() {
        return loop;
    }

    /** The memory shared with other processes. */
    public SmcdLinkGroups linkGroups() {
        return linkGroups;
    }

    /** Who may be sent a Proposal. */
    public Discovery discovery() {
        return discovery;
    }

    /** How a TCP connection becomes an SMC connection. */
    public Negotiations negotiations() {
        return negotiations;
    }

    /** How waiting threads poll. */
    public Spinner.Policy spinPolicy() {
        return spinPolicy;
    }

    /** Counts what happens. */
    public Statistics statistics() {
        return statistics;
    }

    /** Where peers of other network namespaces are met. */
    public SmcSnapshot.SharedMemory sharedMemorySnapshot() {
        SharedDirectory directory = discovery.directory();
        return new SmcSnapshot.SharedMemory(directory.path(), directory.objection(), directory.engines());
    }

    /** What there is of RDMA. */
    public SmcSnapshot.Rdma rdmaSnapshot() {
        KernelSmc kernelSmc = negotiations.kernelSmc();
        return kernelSmc.isAvailable() ? kernelSmc.snapshot() : rdma.snapshot();
    }

    /** All link groups there are, of either kind. */
    public List<SmcSnapshot.LinkGroup> linkGroupSnapshots() {
        List<SmcSnapshot.LinkGroup> all = new ArrayList<>(linkGroups.snapshot());
        all.addAll(rdma.linkGroups());
        return all;
    }

    /** Whether {@link #close()} was called: connections are made without SMC then. */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Ends all link groups, and with them all SMC connections; what was made by TCP lives on, and an accepted
     * connection on which nothing has come yet is TCP from now on.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        negotiations.refuse();
        resources.close();
        try {
            if (loop.inLoop()) {
                end();
            } else {
                CompletableFuture.runAsync(this::end, loop).join();
            }
        } finally {
            loop.close();
        }
    }

    private void end() {
        try {
            linkGroups.close();
        } finally {
            try {
                negotiations.close();
            } finally {
                discovery.close();
                rdma.close();
            }
        }
    }
}
