package io.smc4j.engine.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.smcd.LinkPair;
import io.smc4j.engine.smcd.SmcdLinkGroup;
import io.smc4j.engine.smcd.SmcdLocalRing;
import io.smc4j.engine.smcd.SmcdPeerRing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A lost wake-up shows as a test that does not end, wherever its thread sleeps. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DoorbellTest {

    private static final int K = 1024;

    private LinkPair links;
    private SmcdLinkGroup own;
    private SmcdLinkGroup peer;
    private final List<SmcdLocalRing> rings = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        links = new LinkPair();
        own = links.client.group;
        peer = links.server.group;
    }

    @AfterEach
    void close() {
        rings.forEach(SmcdLocalRing::free);
        links.close();
    }

    private SmcdLocalRing ring() throws Exception {
        SmcdLocalRing ring = own.allocate(16 * K, 16 * K);
        rings.add(ring);
        return ring;
    }

    private SmcdPeerRing remote(SmcdLocalRing ring) {
        return peer.bind(ring.token(), ring.size(), null);
    }

    /** A doorbell with the epoll set that its owner sleeps in. */
    private static final class Owner implements AutoCloseable {
        final Doorbell doorbell = new Doorbell(4);
        final Epoll epoll = doorbell.epoll();

        Owner() throws Exception {
        }

        /** Sleeps until something has come and takes it. */
        void turn() throws Exception {
            doorbell.arm();
            if (!doorbell.isRung()) {
                epoll.await(-1);
            }
            doorbell.disarm();
            doorbell.drain();
        }

        @Override
        public void close() {
            doorbell.close();
        }
    }

    @Test
    void tellsTheListenerOfTheConnectionThatWasRung() throws Exception {
        try (Owner owner = new Owner()) {
            AtomicInteger[] rung = new AtomicInteger[200];
            List<SmcdPeerRing> remotes = new ArrayList<>();
            for (int i = 0; i < rung.length; i++) {
                SmcdLocalRing ring = ring();
                rung[i] = new AtomicInteger();
                ring.ringAt(owner.doorbell.slot(own), rung[i]::incrementAndGet);
                remotes.add(remote(ring));
            }
            for (int i = 0; i < rung.length; i += 3) {
                remotes.get(i).ring();
                remotes.get(i).ring();
            }

            assertThat(owner.doorbell.isRung()).isTrue();
            owner.doorbell.drain();

            for (int i = 0; i < rung.length; i++) {
                assertThat(rung[i]).as("connection %d", i).hasValue(i % 3 == 0 ? 1 : 0);
            }
            assertThat(owner.doorbell.isRung()).isFalse();
        }
    }

    @Test
    void tellsNobodyOfAConnectionThatWasSilenced() throws Exception {
        try (Owner owner = new Owner()) {
            SmcdLocalRing ring = ring();
            AtomicInteger rung = new AtomicInteger();
            DoorbellSlot slot = owner.doorbell.slot(own);
            ring.ringAt(slot, rung::incrementAndGet);
            SmcdPeerRing remote = remote(ring);
            remote.ring();

            ring.silence(slot);
            remote.ring();
            owner.doorbell.drain();

            assertThat(rung).hasValue(0);
        }
    }

    @Test
    void wakesASleepingOwnerWhoseSocketIsNotKnownYet() throws Exception {
        SmcdLocalRing ring = ring();
        SmcdPeerRing remote = remote(ring);
        for (int i = 0; i < 50; i++) {
            try (Owner owner = new Owner()) {
                CompletableFuture<Void> told = new CompletableFuture<>();
                ring.ringAt(owner.doorbell.slot(own), () -> told.complete(null));
                CompletableFuture<Void> ringing = CompletableFuture.runAsync(remote::ring);
                while (!told.isDone()) {
                    owner.turn();
                }
                ringing.join();
                ring.silence(owner.doorbell.slot(own));
            }
        }
    }

    /** The number is free when its owner closes; who takes it then must not be woken by the old owner's socket. */
    @Test
    void wakesTheNewOwnerOfANumberUsedBefore() throws Exception {
        SmcdLocalRing ring = ring();
        SmcdPeerRing remote = remote(ring);
        int number = -1;
        for (int i = 0; i < 200; i++) {
            try (Owner owner = new Owner()) {
                DoorbellSlot slot = owner.doorbell.slot(own);
                assertThat(number < 0 || slot.number() == number).isTrue();
                number = slot.number();
                CompletableFuture<Void> told = new CompletableFuture<>();
                ring.ringAt(slot, () -> told.complete(null));
                owner.doorbell.arm();
                // The peer still holds the socket of the round before unless it was quick.
                remote.ring();
                owner.epoll.await(-1);
                owner.doorbell.drain();
                assertThat(told).isDone();
                ring.silence(slot);
            }
        }
    }

    @Test
    void losesNoNewsBetweenASleepingOwnerAndARingingPeer() throws Exception {
        SmcdLocalRing ring = ring();
        SmcdPeerRing remote = remote(ring);
        int news = 50_000;
        AtomicLong seen = new AtomicLong();
        try (Owner owner = new Owner()) {
            ring.ringAt(owner.doorbell.slot(own), () -> seen.set(ring.producer()));
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                for (int i = 1; i <= news; i++) {
                    remote.setProducer(i);
                    remote.ring();
                    // Now in step with the owner, now ahead of it.
                    while (i % 3 == 0 && seen.get() < i) {
                        Thread.onSpinWait();
                    }
                }
            });
            writing.whenComplete((done, failure) -> owner.doorbell.signal());
            while (seen.get() < news && !writing.isCompletedExceptionally()) {
                owner.turn();
            }
            writing.join();
        }
    }

    @Test
    void keepsTheMemoryOfAnEndedLinkGroupUntilTheOwnerSleepsNext() throws Exception {
        try (Owner owner = new Owner()) {
            DoorbellSlot slot = owner.doorbell.slot(own);
            links.client.close();

            owner.doorbell.drain();
            owner.doorbell.disarm();
            assertThat(slot.isRung()).isFalse();
            assertThat(owner.doorbell.hasSlots()).isTrue();

            owner.doorbell.arm();
            assertThat(owner.doorbell.hasSlots()).isFalse();
            assertThat(own.own().scope().isAlive()).isFalse();
        }
    }

    @Test
    void wakesTheOwnerWhenALinkGroupEnds() throws Exception {
        try (Owner owner = new Owner()) {
            owner.doorbell.slot(own);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(links.server::close);
            owner.doorbell.arm();
            while (owner.doorbell.hasSlots()) {
                owner.epoll.await(-1);
                owner.doorbell.disarm();
                owner.doorbell.arm();
            }
            closing.join();
        }
    }

    @Test
    void runsOutOfSlotsButForTheControlLoops() throws Exception {
        List<Doorbell> doorbells = new ArrayList<>();
        try {
            for (int i = 2; i < SegmentLayout.DOORBELLS; i++) {
                Doorbell doorbell = new Doorbell(1);
                doorbells.add(doorbell);
                assertThat(doorbell.slot(own)).isNotNull();
            }
            Doorbell surplus = new Doorbell(1);
            doorbells.add(surplus);

            assertThat(surplus.slot(own)).isNull();
            assertThat(links.client.loop.doorbell().slot(own)).isNotNull();
            doorbells.get(5).close();
            assertThat(surplus.slot(own)).isNotNull();
        } finally {
            doorbells.forEach(Doorbell::close);
        }
    }

    @Test
    void isIndifferentToGarbageFromThePeer() throws Exception {
        try (Owner owner = new Owner()) {
            DoorbellSlot slot = owner.doorbell.slot(own);
            SmcdLocalRing ring = ring();
            AtomicInteger rung = new AtomicInteger();
            ring.ringAt(slot, rung::incrementAndGet);
            for (int round = 0; round < 100; round++) {
                byte[] garbage = new byte[(int) SegmentLayout.DOORBELL_STRIDE];
                ThreadLocalRandom.current().nextBytes(garbage);
                own.own().asSlice(SegmentLayout.doorbell(slot.number()), garbage.length).asByteBuffer().put(garbage);

                owner.doorbell.drain();
                owner.doorbell.arm();
                owner.doorbell.disarm();

                assertThat(owner.doorbell.isRung()).as("garbage is taken once").isFalse();
            }
        }
    }
}
