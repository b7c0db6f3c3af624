package io.smc4j.engine.negotiation;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.core.SmcEngine;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.testsupport.Corpus;
import io.smc4j.engine.testsupport.EngineFaults;
import io.smc4j.engine.testsupport.Script;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcDecline;
import io.smc4j.engine.wire.ClcMessage;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.SmcdAcceptBody;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/** A server with a marker that says anything over TCP, in any order and cut into any pieces. */
class ClientFuzz {

    private static final int MOST_TRIES = 1000;

    private static EngineFaults faults;
    private static SmcSelectorProvider client;
    private static SmcEngine engine;

    static Stream<byte[]> corpus() {
        return Stream.concat(Corpus.of(ClientFuzz.class), Stream.of(new byte[] {0, 1, 8, 0, 10, 11},
                new byte[] {0, 3, 8, 11, 9, 8}, new byte[] {11, 0, 7, 8, 9}));
    }

    @BeforeAll
    static void open() throws Exception {
        faults = EngineFaults.watch();
        client = SmcSelectorProvider.open(SmcConfig.builder().handshakeTimeout(Duration.ofMillis(200)).build());
        engine = new SmcEngine(SmcConfig.defaults());
    }

    @AfterAll
    static void close() throws Exception {
        client.close();
        engine.close();
        faults.close();
    }

    @MethodSource("corpus")
    @FuzzTest
    void hear(byte[] bytes) throws Exception {
        Script script = new Script(bytes);
        SocketChannel channel = client.openSocketChannel();
        FuzzedStream stream;
        try (ScriptedServer server = new ScriptedServer(engine)) {
            channel.connect(server.address());
            try (RawPeer peer = server.accept()) {
                stream = new FuzzedStream(peer);
                talk(script, stream, server, channel);
            }
        }
        stream.expectSeenBy(channel, client);
        faults.expectNone();
    }

    private static void talk(Script script, FuzzedStream stream, ScriptedServer server, SocketChannel channel)
            throws Exception {
        ClcProposal proposal = null;
        ClcConfirm confirm = null;
        boolean taken = false;
        while (script.goesOn()) {
            int what = script.below(12);
            switch (what) {
                case 0 -> {
                    ClcMessage received = stream.receive();
                    proposal = received instanceof ClcProposal first ? first : proposal;
                    confirm = received instanceof ClcConfirm second ? second : confirm;
                }
                case 1 -> {
                    if (proposal != null && !taken && isFree(server)) {
                        stream.add(server.acceptOf(proposal));
                    }
                }
                case 2 -> {
                    if (proposal != null && !taken && isFree(server)) {
                        stream.add(server.acceptOf(proposal, truth -> new SmcdAcceptBody(script.number(truth.gid()),
                                script.number(truth.token()), script.below(256), script.below(16), truth.linkId(),
                                truth.chid(), truth.gidExtension())));
                    }
                }
                case 3 -> stream.add(script.flag() ? ClcDecline.v1(7, script.size(), script.flag())
                        : ClcDecline.v2(7, script.size(), script.flag()));
                case 10 -> taken |= confirm != null && !taken && server.ring() != null && server.take(confirm) != null;
                case 11 -> FuzzedStream.write(channel);
                default -> stream.doAny(what - 4, script);
            }
        }
        stream.flush();
        if (!taken && !isFree(server)) {
            // A client that has bound the ring has a connection, of which only shared memory tells the end.
            for (int tries = 0; confirm == null && tries < MOST_TRIES; tries++) {
                confirm = stream.receive() instanceof ClcConfirm received ? received : null;
            }
            server.take(confirm);
        }
    }

    /** Whether no client has bound the server's ring, or can from now on. */
    private static boolean isFree(ScriptedServer server) {
        return server.ring() == null || server.ring().revoke();
    }
}
