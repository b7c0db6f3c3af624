package io.smc4j.engine.negotiation;

import static org.awaitility.Awaitility.await;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.core.SmcEngine;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdClc;
import io.smc4j.engine.testsupport.Corpus;
import io.smc4j.engine.testsupport.EngineFaults;
import io.smc4j.engine.testsupport.Script;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcDecline;
import io.smc4j.engine.wire.ClcTerms;
import io.smc4j.engine.wire.SmcdAcceptBody;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A client that shares memory and says anything over TCP, in any order and cut into any pieces, before it is accepted
 * and after.
 */
class ServerFuzz {

    private static EngineFaults faults;
    private static SmcSelectorProvider server;
    private static ServerSocketChannel listener;
    private static SmcEngine engine;

    static Stream<byte[]> corpus() {
        return Stream.concat(Corpus.of(ServerFuzz.class), Stream.of(new byte[] {0, 10, 13, 12, 14, 1, 10},
                new byte[] {13, 0, 3, 10, 9, 10}, new byte[] {5, 10, 13, 9, 11}));
    }

    @BeforeAll
    static void open() throws Exception {
        faults = EngineFaults.watch();
        server = SmcSelectorProvider.open(SmcConfig.builder().handshakeTimeout(Duration.ofMillis(200)).build());
        listener = server.openServerSocketChannel()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        engine = new SmcEngine(SmcConfig.defaults());
        InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
        // The fuzzer's work on the classes may take longer than the handshake has time.
        await().ignoreExceptions().until(() -> engine.discovery().markers().find(address).join().isActive());
    }

    @AfterAll
    static void close() throws Exception {
        listener.close();
        engine.close();
        server.close();
        faults.close();
    }

    @MethodSource("corpus")
    @FuzzTest
    void hear(byte[] bytes) throws Exception {
        Script script = new Script(bytes);
        SocketChannel channel = null;
        ScriptedClient client = new ScriptedClient(engine, listener);
        FuzzedStream stream = new FuzzedStream(client.tcp());
        try (client) {
            ClcConfirm confirm = client.confirm();
            SmcdAcceptBody truth = (SmcdAcceptBody) confirm.body();
            boolean bound = false;
            boolean confirmed = false;
            ClcAccept accept = null;
            while (script.goesOn()) {
                int what = script.below(16);
                confirmed |= accept != null && (what == 1 || what == 2);
                switch (what) {
                    case 0 -> stream.add(client.proposal());
                    case 1 -> {
                        if (accept != null) {
                            stream.add(confirm);
                        }
                    }
                    case 2 -> {
                        if (accept != null) {
                            stream.add(new ClcConfirm(confirm.terms(), new SmcdAcceptBody(script.number(truth.gid()),
                                    script.number(truth.token()), script.below(256), script.below(16),
                                    truth.linkId(), SmcdClc.CHID, truth.gidExtension())));
                        }
                    }
                    case 3 -> stream.add(script.flag() ? ClcDecline.v1(7, script.size(), script.flag())
                            : ClcDecline.v2(7, script.size(), script.flag()));
                    case 4 -> stream.add(new ClcConfirm(ClcTerms.v1(script.flag()),
                            new SmcdAcceptBody(truth.gid(), truth.token(), 0, truth.sizeCode(), truth.linkId(), 0, 0)));
                    case 5 -> stream.add(SmcdClc.proposal(Gid.random()));
                    case 12 -> accept = stream.receive() instanceof ClcAccept received ? received : accept;
                    case 13 -> channel = channel == null ? listener.accept() : channel;
                    case 14 -> bound |= accept != null && !bound && client.tryEstablish(accept);
                    case 15 -> {
                        if (channel != null) {
                            FuzzedStream.write(channel);
                        }
                    }
                    default -> stream.doAny(what - 6, script);
                }
            }
            stream.flush();
            if (confirmed && !bound) {
                // A server that has taken the Confirm has a connection, of which only shared memory tells the end.
                client.tryEstablish(accept);
            }
            channel = channel == null ? listener.accept() : channel;
        }
        stream.expectSeenBy(channel, server);
        faults.expectNone();
    }
}
