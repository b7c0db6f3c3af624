package io.smc4j.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.os.verbs.CompletionQueue;
import io.smc4j.engine.wire.CdcMessage;
import java.nio.ByteBuffer;
import java.util.Random;

/** An engine's RDMA side and a peer that tells nonsense of a connection: what it means ends, and nothing else. */
final class HostileCursorsLabCase {

    private static final int SIZE = 64 << 10;

    /** Producer and consumer cursor, wrap and count each, that cannot be. */
    private static final int[][] IMPOSSIBLE = {
        {1, 1, 0, 0}, {0, SIZE, 0, 0}, {0, -1, 0, 0}, {0, Integer.MIN_VALUE, 0, 0}, {2, 0, 0, 0}, {0x7FFF, 0, 0, 0},
        {0, 0, 0, 1}, {0, 0, 0, SIZE}, {0, 0, 0, -1}, {0, 0, 1, 0}, {0, 0, 0x7FFF, SIZE - 1},
        {0, 5, 0, Integer.MAX_VALUE}};

    @GuestCase(seconds = 60)
    void cursorsThatCannotBe() throws Exception {
        try (RdmaPair pair = new RdmaPair()) {
            Aftermath aftermath = Aftermath.before(pair.server);
            try (Encounter encounter = new Encounter(pair.server, true)) {
                Encounter.Conversation bystander = encounter.meet();
                for (int[] c : IMPOSSIBLE) {
                    Encounter.Conversation conversation = encounter.meet();
                    assertThat(encounter.peer.cdc(conversation.nextSequence(), conversation.victims.alertToken(), c[0],
                            c[1], c[2], c[3], 0, 0)).isEqualTo(CompletionQueue.SUCCESS);
                    conversation.isReset();
                    encounter.peer.serve(() -> encounter.peer.wasTold(conversation.token, CdcMessage.ABORT));
                    conversation.connection.close(false);
                }
                bystander.works();
                encounter.peer.serve(() -> encounter.group().connections() == 1);
            }
            aftermath.isClean(pair);
        }
    }

    /** What was there when the cursor ran wild was not read; what is old is ignored. */
    @GuestCase
    void whatIsOldIsIgnored() throws Exception {
        try (RdmaPair pair = new RdmaPair()) {
            Aftermath aftermath = Aftermath.before(pair.server);
            try (Encounter encounter = new Encounter(pair.server, false)) {
                Encounter.Conversation conversation = encounter.meet();
                int token = conversation.victims.alertToken();
                conversation.works();
                HostilePeer peer = encounter.peer;
                peer.cdc(0xFFF0, token, 1, 1, 0, 0, 0, CdcMessage.ABORT);
                peer.cdc(conversation.nextSequence(), token, 0, 0, 0, 0, 0, 0);
                peer.cdc(conversation.nextSequence(), token, 0x8000, 0, 0x8000, 0, 0, 0);
                peer.cdc(conversation.nextSequence(), token + 0x100, 1, 1, 1, 1, 0xF7, 0xFF);
                peer.cdc(1, token ^ 0xFF, 1, 1, 1, 1, 0xFF, 0xFF);
                conversation.works();
                // Not even on the way: consumed is what was written, but not yet told.
                HostilePeerLabCase.write(conversation, "consumed");
                peer.serve(() -> peer.cdcs.stream().anyMatch(cdc -> CdcMessage.producerCount(cdc, 0) == 8));
                peer.cdc(conversation.nextSequence(), token, 0, 0, 0, 8, 0, 0);
                peer.cdc(conversation.nextSequence(), token, 0, 0, 0, 3, 0, 0);
                conversation.works();
            }
            aftermath.isClean(pair);
        }
    }

    /** Every set of flags, over and over, and what follows an end. */
    @GuestCase(seconds = 60)
    void flagsInEveryOrder() throws Exception {
        Random random = new Random(30);
        try (RdmaPair pair = new RdmaPair()) {
            Aftermath aftermath = Aftermath.before(pair.server);
            try (Encounter encounter = new Encounter(pair.server, true)) {
                Encounter.Conversation bystander = encounter.meet();
                for (int first : new int[] {0x20, 0x40, 0x80, 0x60, 0xE0, 0x1F, 0xFF, 0}) {
                    Encounter.Conversation conversation = encounter.meet();
                    for (int i = 0; i < 40; i++) {
                        int producerFlags = random.nextInt(256) & (i < 30 ? ~CdcMessage.FAILOVER_VALIDATION : -1);
                        encounter.peer.cdc(conversation.nextSequence() + (random.nextInt(8) == 0 ? -3 : 0),
                                conversation.victims.alertToken(), 0, 0, 0, 0, producerFlags,
                                i == 0 ? first : random.nextInt(256));
                        encounter.peer.serve(() -> true);
                    }
                    conversation.say(0, 0, 0, CdcMessage.CLOSED);
                    encounter.peer.serve(conversation.connection::isReadable);
                    conversation.connection.close(false);
                    // Closed: the token is nobody's now.
                    conversation.say(1, 1, 0xFF, 0xFF);
                }
                encounter.peer.serve(() -> encounter.group().connections() == 1);
                bystander.works();
            }
            aftermath.isClean(pair);
        }
    }

    /** An end cannot be taken back. */
    @GuestCase
    void endsStay() throws Exception {
        try (RdmaPair pair = new RdmaPair()) {
            Aftermath aftermath = Aftermath.before(pair.server);
            try (Encounter encounter = new Encounter(pair.server, true)) {
                Encounter.Conversation conversation = encounter.meet();
                conversation.works();
                conversation.say(7, 0, 0, CdcMessage.DONE_WRITING);
                conversation.say(7, 0, 0, 0);
                Encounter.Conversation other = encounter.meet();
                other.works();
                assertThat(conversation.connection.read(ByteBuffer.allocate(1))).isEqualTo(SmcConnection.EOF);
            }
            aftermath.isClean(pair);
        }
    }
}
