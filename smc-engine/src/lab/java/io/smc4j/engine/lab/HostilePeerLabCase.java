package io.smc4j.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.os.verbs.CompletionQueue;
import io.smc4j.engine.wire.CdcMessage;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.Llc;
import io.smc4j.engine.wire.LlcAddLink;
import io.smc4j.engine.wire.LlcAddLinkExtension;
import io.smc4j.engine.wire.LlcConfirmLink;
import io.smc4j.engine.wire.LlcConfirmRkey;
import io.smc4j.engine.wire.LlcDeleteLink;
import io.smc4j.engine.wire.LlcDeleteRkey;
import io.smc4j.engine.wire.LlcRkeyPair;
import io.smc4j.engine.wire.LlcTestLink;
import io.smc4j.engine.wire.RoceGid;
import io.smc4j.engine.wire.SmcrAcceptBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * An engine's RDMA side and a peer that misbehaves, as its client and as its server: the connection or the link group
 * ends, nothing hangs or spins or is left behind, and an honest peer is served next.
 */
final class HostilePeerLabCase {

    private interface Scene {
        void play(Encounter encounter) throws Exception;
    }

    private static void withBothRoles(Scene scene) throws Exception {
        for (boolean victimIsServer : new boolean[] {true, false}) {
            with(victimIsServer, scene);
        }
    }

    private static void with(boolean victimIsServer, Scene scene) throws Exception {
        try (RdmaPair pair = new RdmaPair()) {
            Aftermath aftermath = Aftermath.before(pair.server);
            try (Encounter encounter = new Encounter(pair.server, victimIsServer)) {
                scene.play(encounter);
            }
            aftermath.isClean(pair);
        }
    }

    // ---- LLC silence

    @GuestCase
    void noConfirmLink() throws Exception {
        withBothRoles(encounter -> {
            encounter.confirms = false;
            encounter.peer.silentTo.add(LlcConfirmLink.class);
            assertThat(encounter.meetInVain()).isEqualTo(FallbackReason.CONFIRM_LINK_TIMEOUT);
        });
    }

    @GuestCase
    void noAnswerToTestLink() throws Exception {
        withBothRoles(encounter -> {
            encounter.meet();
            encounter.peer.silentTo.add(LlcTestLink.class);
            encounter.victim.rdma.suspect(encounter.group().id());
            encounter.ends();
        });
    }

    @GuestCase
    void noAnswerToDeleteRkey() throws Exception {
        withBothRoles(encounter -> {
            encounter.peer.silentTo.add(LlcDeleteRkey.class);
            for (int i = 0; i < 4; i++) {
                encounter.meet();
            }
            for (Encounter.Conversation conversation : encounter.conversations.subList(0, 3)) {
                conversation.say(0, 0, 0, CdcMessage.DONE_WRITING | CdcMessage.CLOSED);
                conversation.connection.close(false);
            }
            encounter.peer.serve(() -> !encounter.groupLives());
            encounter.conversations.get(3).isReset();
        });
    }

    // ---- a second link

    /** A server that has two ports, and a client that does not answer, or answers nonsense. */
    @GuestCase(seconds = 60)
    void secondLinksThatComeToNothing() throws Exception {
        RdmaConfig defaults = RdmaPair.config(Guest.End.B);
        String netdev = Guest.End.B.networkDevice();
        RdmaConfig twoPorts = new RdmaConfig(defaults.provider(), defaults.ueid(), null, 0, -1,
                List.of(new RdmaConfig.PnetEntry(netdev, Guest.End.B.rdmaDevice(), 1),
                        new RdmaConfig.PnetEntry(netdev, Guest.End.A.rdmaDevice(), 1)), 2, 255);
        for (int answer = 0; answer < 4; answer++) {
            try (RdmaPair pair = new RdmaPair(RdmaPair.config(Guest.End.A), twoPorts)) {
                Aftermath aftermath = Aftermath.before(pair.server);
                try (Encounter encounter = new Encounter(pair.server, true)) {
                    HostilePeer peer = encounter.peer;
                    peer.silentTo.add(LlcAddLink.class);
                    Encounter.Conversation conversation = encounter.meet();
                    peer.serve(() -> peer.count(LlcAddLink.class) == 1);
                    LlcAddLink offer = peer.last(LlcAddLink.class);
                    RoceGid nowhere = new RoceGid(0, 0xFFFF_0A4D_00FEL);
                    LlcAddLinkExtension keys = new LlcAddLinkExtension(true, nowhere, List.of(
                            new LlcRkeyPair(peer.rkey(), 1, 2), new LlcRkeyPair(99, 1, 2)));
                    switch (answer) {
                        case 1 -> peer.send(offer.reject());
                        case 2 -> peer.send(offer.response(peer.mac, nowhere, 78, 3, 6, Optional.of(keys)));
                        case 3 -> peer.send(offer.response(peer.mac, peer.gid, peer.qpn() + 99, 15, 6,
                                Optional.of(keys)));
                        default -> peer.send(offer);
                    }
                    conversation.works();
                    peer.serve(() -> encounter.group().smcr().links().size() == 1);
                    conversation.works();
                }
                aftermath.isClean(pair);
            }
        }
    }

    // ---- CLC nonsense

    /** An Accept or a Confirm whose every value is made up: it leads to nothing, and leaves nothing. */
    @GuestCase(seconds = 120)
    void contactsThatLeadNowhere() throws Exception {
        Random random = new Random(5);
        withBothRoles(encounter -> {
            for (int i = 0; i < 10; i++) {
                SmcrAcceptBody body = new SmcrAcceptBody(random.nextLong(), i % 2 == 0 ? encounter.peer.gid
                        : new RoceGid(random.nextLong(), random.nextLong()), encounter.peer.mac,
                        random.nextInt(1 << 24), random.nextInt(), i % 5, random.nextInt(), random.nextInt(16),
                        random.nextInt(16), random.nextLong(), random.nextInt(1 << 24));
                assertThat(encounter.contactInVain(body)).isNotNull();
                assertThat(encounter.groupLives()).isFalse();
            }
        });
    }

    // ---- LLC nonsense

    @GuestCase(seconds = 60)
    void garbage() throws Exception {
        Random random = new Random(20);
        int[] types = {0x01, 0x02, 0x03, 0x04, 0x06, 0x07, 0x09, 0x21, 0x22, 0x24, 0x25, 0x26, 0x27, 0x29, 0xFE};
        for (int round = 0; round < 3; round++) {
            withBothRoles(encounter -> {
                encounter.meet();
                int status = CompletionQueue.SUCCESS;
                for (int i = 0; i < 300 && status == CompletionQueue.SUCCESS; i++) {
                    byte[] bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(Llc.MAX_LENGTH) : Llc.LENGTH];
                    random.nextBytes(bytes);
                    if (bytes.length >= Llc.LENGTH && random.nextInt(8) != 0) {
                        int type = types[random.nextInt(types.length)];
                        boolean isV2 = type >= 0x20 && type != 0xFE;
                        bytes[0] = (byte) type;
                        bytes[1] = (byte) (isV2 ? bytes.length : Llc.LENGTH);
                        bytes[2] = (byte) (isV2 ? bytes.length >> 8 : 0);
                        bytes[4] = (byte) random.nextInt(4);
                    }
                    status = encounter.peer.send(bytes);
                }
                if (encounter.groupLives()) {
                    encounter.peer.send(new byte[HostilePeer.SLOT]);
                }
                encounter.ends();
            });
        }
    }

    @GuestCase
    void answersNobodyAskedFor() throws Exception {
        withBothRoles(encounter -> {
            Encounter.Conversation conversation = encounter.meet();
            HostilePeer peer = encounter.peer;
            RoceGid nowhere = new RoceGid(0, 0xFFFF_0A4D_00FEL);
            peer.send(LlcTestLink.request(Clc.V2, 1, 2).response());
            peer.send(LlcConfirmLink.request(Clc.V2, peer.mac, peer.gid, 1, 1, 1, 2, 255)
                    .response(peer.mac, peer.gid, 9, 9));
            peer.send(LlcConfirmRkey.request(Clc.V2, 1, 2).response());
            peer.send(LlcConfirmRkey.request(Clc.V2, 1, 2).refusal());
            peer.send(LlcDeleteRkey.request(Clc.V2, List.of(1)).response(Set.of(1)));
            peer.send(LlcDeleteLink.link(Clc.V2, true, 1, Llc.LOST_PATH).response(Llc.DELETED));
            LlcAddLink offer = LlcAddLink.request(peer.mac, nowhere, 77, 2, 3, 5,
                    Optional.of(new LlcAddLinkExtension(true, nowhere, List.of())));
            peer.send(offer.reject());
            peer.send(offer.response(peer.mac, nowhere, 78, 3, 6,
                    Optional.of(new LlcAddLinkExtension(true, nowhere, List.of(
                    new LlcRkeyPair(peer.rkey(), 1, 2))))));
            conversation.works();
            assertThat(encounter.group().smcr().links()).hasSize(1);
        });
    }

    @GuestCase
    void deleteLinkOfUnknownAndThenOfKnown() throws Exception {
        withBothRoles(encounter -> {
            Encounter.Conversation conversation = encounter.meet();
            for (int number : new int[] {0, 2, 99, 255}) {
                encounter.peer.send(LlcDeleteLink.link(Clc.V2, true, number, Llc.LOST_PATH));
            }
            conversation.works();
            if (!encounter.victimIsServer) {
                encounter.peer.serve(() -> encounter.peer.count(LlcDeleteLink.class) == 4);
                assertThat(encounter.peer.last(LlcDeleteLink.class).reason()).isEqualTo(Llc.UNKNOWN_LINK);
                encounter.peer.send(LlcDeleteLink.link(Clc.V2, true, Encounter.LINK, Llc.LOST_PATH));
            } else {
                encounter.peer.send(LlcDeleteLink.all(Clc.V2, true, Llc.PROGRAM_INITIATED));
            }
            encounter.ends();
        });
    }

    @GuestCase(seconds = 60)
    void floodOfLinksThatLeadNowhere() throws Exception {
        withBothRoles(encounter -> {
            Encounter.Conversation conversation = encounter.meet();
            HostilePeer peer = encounter.peer;
            Random random = new Random(1);
            for (int i = 0; i < 100; i++) {
                RoceGid gid = i % 3 == 0 ? new RoceGid(random.nextLong(), random.nextLong())
                        : new RoceGid(0, 0xFFFF_0A4D_0000L | 100 + i);
                List<LlcRkeyPair> pairs = List.of(new LlcRkeyPair(peer.rkey(), random.nextInt(), random.nextLong()));
                peer.send(LlcAddLink.request(peer.mac, gid, random.nextInt(1 << 24), random.nextInt(4),
                        random.nextInt(16), random.nextInt(1 << 24),
                        Optional.of(new LlcAddLinkExtension(true, gid, pairs))));
                peer.serve(() -> true);
            }
            conversation.works();
            if (!encounter.victimIsServer) {
                peer.serve(() -> peer.count(LlcAddLink.class) == 100);
            }
            // A link in the making is given up in time.
            peer.serve(() -> encounter.group().smcr().links().size() == 1);
            conversation.works();
        });
    }

    /** A second link before the first one, by the number that the first one gets: its end is not the first one's. */
    @GuestCase
    void anotherLinkOfTheSameNumber() throws Exception {
        with(false, encounter -> {
            encounter.beforeConfirm = victims -> encounter.peer.send(LlcAddLink.request(encounter.peer.mac,
                    victims.gid(), victims.qpn() + 50, Encounter.LINK, 3, 5,
                    Optional.of(new LlcAddLinkExtension(true, victims.gid(), List.of()))));
            Encounter.Conversation conversation = encounter.meet();
            encounter.peer.serve(() -> encounter.group().smcr().links().size() == 1);
            write(conversation, "over the first");
            encounter.peer.serve(() -> encounter.peer.cdcs.stream()
                    .anyMatch(cdc -> CdcMessage.producerCount(cdc, 0) == 14));
            conversation.works();
        });
    }

    @GuestCase
    void moreKeysThanThereCanBe() throws Exception {
        withBothRoles(encounter -> {
            Encounter.Conversation conversation = encounter.meet();
            HostilePeer peer = encounter.peer;
            for (int i = 1; i <= 300; i++) {
                peer.send(LlcConfirmRkey.request(Clc.V2, peer.rkey() + i, i));
                peer.serve(() -> true);
            }
            peer.serve(() -> peer.count(LlcConfirmRkey.class) == 300);
            assertThat(peer.came.stream().filter(m -> m instanceof LlcConfirmRkey answer && answer.isNegative())
                    .count())
                    .isEqualTo(300 - 254);
            conversation.works();
            // The connection goes on by the key it had.
            peer.send(LlcDeleteRkey.request(Clc.V2, List.of(peer.rkey(), peer.rkey() + 1)));
            write(conversation, "still");
            peer.serve(() -> peer.cdcs.stream().anyMatch(cdc -> CdcMessage.producerCount(cdc, 0) == 5));
        });
    }

    /** The peer asks for answers and takes none: they do not pile up. */
    @GuestCase
    void requestsWithoutReceives() throws Exception {
        with(true, encounter -> {
            encounter.receives = false;
            encounter.peer.silentTo.add(LlcConfirmLink.class);
            assertThat(encounter.meetInVain()).isEqualTo(FallbackReason.CONFIRM_LINK_TIMEOUT);
        });
        with(false, encounter -> {
            encounter.receives = false;
            encounter.meet();
            int taken = 0;
            while (taken < 1000 && encounter.peer.send(LlcTestLink.request(Clc.V2, taken, 0))
                    == CompletionQueue.SUCCESS) {
                taken++;
            }
            assertThat(taken).isLessThan(1000);
            encounter.ends();
        });
    }

    @GuestCase
    void messagesNeverTaken() throws Exception {
        with(false, encounter -> {
            encounter.receives = false;
            write(encounter.meet(), "for nobody");
            encounter.victim.rdma.suspect(encounter.group().id());
            encounter.ends();
        });
    }

    // ---- RDMA

    @GuestCase
    void anRkeyThatIsNotThePeers() throws Exception {
        withBothRoles(encounter -> {
            encounter.rkeyOffset = 0x100;
            write(encounter.meet(), "anything");
            encounter.ends();
        });
    }

    @GuestCase
    void aWriteBesideTheRing() throws Exception {
        withBothRoles(encounter -> {
            Encounter.Conversation conversation = encounter.meet();
            conversation.works();
            assertThat(encounter.peer.write(new byte[16],
                    conversation.victims.rmbAddress() + conversation.ringSize() - 8,
                    conversation.victims.rkey())).isEqualTo(CompletionQueue.REMOTE_ACCESS_ERROR);
            encounter.ends();
        });
    }

    @GuestCase
    void theQueuePairGoesInMidStream() throws Exception {
        withBothRoles(encounter -> {
            Encounter.Conversation conversation = encounter.meet();
            conversation.works();
            encounter.peer.destroyQueuePair();
            write(conversation, "too late");
            encounter.victim.rdma.suspect(encounter.group().id());
            encounter.ends();
        });
    }

    static void write(Encounter.Conversation conversation, String text) throws IOException {
        assertThat(conversation.connection.write(ByteBuffer.wrap(text.getBytes()))).isEqualTo(text.length());
    }

    static int read(SmcConnection connection) throws IOException {
        return connection.read(ByteBuffer.allocate(1000));
    }
}
