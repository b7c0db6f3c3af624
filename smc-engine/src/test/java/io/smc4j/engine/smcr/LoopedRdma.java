package io.smc4j.engine.smcr;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.BufferSizes;
import io.smc4j.engine.link.ClientContact;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.LocalRing;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.link.PeerRing;
import io.smc4j.engine.link.ServerContact;
import io.smc4j.engine.wire.CdcMessage;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcAcceptBody;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.ClcTerms;
import io.smc4j.engine.wire.Eid;
import io.smc4j.engine.wire.MacAddress;
import io.smc4j.engine.wire.RoceGid;
import io.smc4j.engine.wire.SmcrAcceptBody;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/**
 * RDMA between two engines of one process: a link that copies what is written, and hands messages to the other engine's
 * control loop. When it is lost, what is on its way is.
 */
public final class LoopedRdma implements Rdma, Rdma.Port {

    private static final Eid EID = new Eid("LOOPED");
    private static final MacAddress MAC = new MacAddress(0x52540000000aL);
    private static final RoceGid GID = RoceGid.ofIpv4(0x0a090001);
    private static final int KEY = 1;
    /** How long a sender tries that is not answered. */
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** What there is between the two. */
    public static final class Wire {
        /** Those that send share it. */
        private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        private final boolean resumable;
        private final Map<Integer, SmcrLocalRing> rmbs = new ConcurrentHashMap<>();
        private volatile int generation;

        /** @param resumable whether both sides agree that connections go on over TCP */
        public Wire(boolean resumable) {
            this.resumable = resumable;
        }

        /** From now on nothing comes that was sent before. */
        public void cut() {
            lock.writeLock().lock();
            try {
                generation++;
            } finally {
                lock.writeLock().unlock();
            }
        }
    }

    private final Wire wire;
    private final ControlLoop loop;
    private final VerbsRdma owner;
    /** On the control loop. */
    private SmcrLinkGroup group;

    private LoopedRdma(Wire wire, ControlLoop loop, MemoryBudget budget) {
        this.wire = wire;
        this.loop = loop;
        this.owner = new VerbsRdma(loop, new RdmaConfig(RdmaConfig.Provider.VERBS, List.of("LOOPED"), "no-such-device",
                0, -1, List.of(), 1, 255), budget);
    }

    /** What an engine opens; what it has opened goes to the taker. */
    public static Rdma.Opener opener(Wire wire, Consumer<LoopedRdma> taker) {
        return (loop, config, budget) -> {
            LoopedRdma opened = new LoopedRdma(wire, loop, budget);
            taker.accept(opened);
            return opened;
        };
    }

    /** This side finds out that the link is lost. */
    public void lose() {
        loop.execute(() -> {
            if (group != null) {
                owner.end(group, "link 1 lost: cut by the test");
            }
        });
    }

    private SmcrLinkGroup group(SmcSnapshot.Role role) throws DeclineException {
        if (group == null || !group.isActive()) {
            group = owner.create(role, new SmcrLinkGroup.Terms(2, 1, 5, EID, 255, 1));
            group.setResumable(wire.resumable);
        }
        return group;
    }

    /** One way of one connection. */
    private final class Link implements SmcrPeerRing.Path {

        private final int born = wire.generation;
        private final SmcrLinkGroup used;
        private SmcrLocalRing peer;
        private boolean again;

        Link(SmcrLinkGroup used) {
            this.used = used;
        }

        @Override
        public synchronized void flush(SmcrPeerRing ring) {
            wire.lock.readLock().lock();
            try {
                do {
                    again = false;
                    if (born == wire.generation) {
                        ByteBuffer message = ByteBuffer.allocate(CdcMessage.LENGTH);
                        ring.post(this, message, 0);
                        ((SmcrLinkGroup) peer.group()).execute(() -> deliver(message));
                    } else {
                        loop.schedule(RETRY_NANOS, () -> owner.end(used, "link 1 lost: transport retry exceeded"));
                    }
                } while (again);
            } finally {
                wire.lock.readLock().unlock();
            }
        }

        private void deliver(ByteBuffer message) {
            if (born == wire.generation) {
                ((SmcrLinkGroup) peer.group()).cdc(null, message, 0);
            }
        }

        @Override
        public void flushAgain(SmcrPeerRing ring) {
            again = true;
        }

        @Override
        public synchronized void whileLocked(Runnable action) {
            action.run();
        }

        @Override
        public int write(RegisteredBuffer from, int offset, int length, long remoteAddress, int rkey) {
            MemorySegment.copy(from.memory(), offset, peer.buffer().memory(), remoteAddress - peer.buffer().address(),
                    length);
            return 0;
        }

        @Override
        public int number() {
            return 1;
        }
    }

    /** A connection in the making, at either end. */
    private final class LoopedContact implements ClientContact, ServerContact {

        private final SmcrLinkGroup joined;
        private final SmcrLocalRing rmb;
        private final BufferSizes sizes;
        private SmcrPeerRing ring;

        LoopedContact(SmcSnapshot.Role role, BufferSizes sizes) throws DeclineException {
            this.joined = group(role);
            this.rmb = joined.allocate(sizes.fixedReceive());
            this.sizes = sizes;
            wire.rmbs.put(rmb.token(), rmb);
        }

        private SmcrAcceptBody body() {
            return new SmcrAcceptBody(5, GID, MAC, 1, KEY, 1, rmb.token(), ClcAcceptBody.sizeCode(rmb.size()), 3,
                    rmb.buffer().address(), 1);
        }

        void take(ClcAcceptBody body) throws DeclineException {
            Link link = new Link(joined);
            link.peer = wire.rmbs.get(((SmcrAcceptBody) body).alertToken());
            Rtokens rtokens = new Rtokens();
            rtokens.put(link.number(), KEY, link.peer.buffer().address());
            ring = joined.sendTo(rmb, link, rtokens, link.peer.token(), link.peer.size(), sizes.fixedSend());
        }

        @Override
        public ClcAccept accept() {
            return new ClcAccept(ClcTerms.v2LaterContact(EID), body());
        }

        @Override
        public ClcConfirm confirm() {
            return new ClcConfirm(ClcTerms.v2LaterContact(EID), body());
        }

        @Override
        public void confirmed(ClcConfirm confirm) throws DeclineException {
            take(confirm.body());
        }

        @Override
        public boolean takeBack() {
            return false;
        }

        @Override
        public LocalRing localRing() {
            return rmb;
        }

        @Override
        public PeerRing peerRing() {
            return ring;
        }

        @Override
        public void prepare(Consumer<FallbackReason> done) {
            done.accept(null);
        }

        @Override
        public void complete(Consumer<FallbackReason> done) {
            done.accept(null);
        }

        @Override
        public boolean abandon() {
            joined.free(rmb);
            return true;
        }

        @Override
        public void outOfSync() {
            owner.end(joined, "out of sync");
        }
    }

    @Override
    public ClientContact accepted(ClcAccept accept, BufferSizes sizes) throws DeclineException {
        LoopedContact contact = new LoopedContact(SmcSnapshot.Role.CLIENT, sizes);
        contact.take(accept.body());
        return contact;
    }

    @Override
    public ServerContact proposed(ClcProposal proposal, BufferSizes sizes) throws DeclineException {
        return new LoopedContact(SmcSnapshot.Role.SERVER, sizes);
    }

    @Override
    public RdmaOffer offer() {
        return new RdmaOffer(5, MAC, RoceGid.ZERO, GID, List.of(EID), 255, 1);
    }

    @Override
    public FallbackReason objection() {
        return null;
    }

    @Override
    public Port portFor(InetAddress local) {
        return this;
    }

    @Override
    public void suspect(int linkGroup) {
        loop.execute(() -> {
            if (group != null && group.id() == linkGroup) {
                owner.end(group, "link 1 lost: the peer is dead");
            }
        });
    }

    @Override
    public SmcSnapshot.Rdma snapshot() {
        return new SmcSnapshot.Rdma(RdmaConfig.Provider.VERBS, null, List.of());
    }

    @Override
    public Collection<SmcSnapshot.LinkGroup> linkGroups() {
        return owner.linkGroups();
    }

    @Override
    public void close() {
        owner.close();
    }
}
