package io.smc4j.engine.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.SmcMode;
import io.smc4j.engine.nio.EngineAccess;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.testsupport.Script;
import io.smc4j.engine.wire.ClcFormatException;
import io.smc4j.engine.wire.ClcMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/**
 * What a script sends to a channel over TCP, cut into any pieces and spoilt at will, and what the channel's application
 * may see of it.
 */
final class FuzzedStream {

    private static final int MOST = 4096;
    /** Longer than the engine takes to answer mostly, so that an answer and what comes next do not always cross. */
    private static final int ANSWER_MILLIS = 3;
    private static final int PATIENCE_MILLIS = 20_000;

    private final RawPeer peer;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private byte[] ready = {};
    private boolean over;

    FuzzedStream(RawPeer peer) {
        this.peer = peer;
    }

    void add(ClcMessage message) {
        add(RawPeer.bytesOf(message));
    }

    void add(byte[] bytes) {
        if (ready.length + bytes.length <= MOST) {
            ready = ByteBuffer.allocate(ready.length + bytes.length).put(ready).put(bytes).array();
        }
    }

    /** What can be done whatever the state is; from 0 to 5. */
    void doAny(int what, Script script) {
        switch (what) {
            case 0 -> add(script.bytes(script.below(64)));
            case 1 -> {
                if (ready.length > 0) {
                    ready[script.size() % ready.length] = (byte) script.next();
                }
            }
            case 2 -> ready = ready.length == 0 ? ready : Arrays.copyOf(ready, script.size() % ready.length);
            case 3 -> add("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            case 4 -> flush();
            default -> end();
        }
    }

    void flush() {
        try {
            if (!over && ready.length > 0) {
                peer.send(ready);
                sent.writeBytes(ready);
            }
        } catch (IOException e) {
            over = true;
        }
        ready = new byte[0];
    }

    private void end() {
        try {
            flush();
            if (!over) {
                peer.endOutput();
            }
        } catch (IOException e) {
            // Is the end, too.
            assertThat(e).hasMessageNotContaining("Bad file descriptor");
        }
        over = true;
    }

    /** Takes a message of the channel's engine, or {@code null} if something else or nothing comes. */
    ClcMessage receive() {
        try {
            return ClcMessage.decode(ByteBuffer.wrap(peer.receiveSome(ANSWER_MILLIS)));
        } catch (IOException | ClcFormatException e) {
            return null;
        }
    }

    static void write(SocketChannel channel) {
        try {
            channel.write(ByteBuffer.allocate(10));
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    /** The peer is gone: the application sees the end of what was sent, or is told of a reset, and nothing is left. */
    void expectSeenBy(SocketChannel channel, SmcSelectorProvider provider) throws IOException {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        boolean whole = readToEnd(channel, seen);
        String all = sent.toString(StandardCharsets.ISO_8859_1);
        String part = seen.toString(StandardCharsets.ISO_8859_1);
        assertThat(all).contains(part);
        if (whole) {
            assertThat(all).endsWith(part);
        }
        if (provider.snapshot().connections().getFirst().mode() == SmcMode.SMCD) {
            assertThat(part).as("by SMC").isEmpty();
        }
        channel.close();
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).atMost(Duration.ofMillis(PATIENCE_MILLIS))
                .untilAsserted(() -> {
                    assertThat(provider.snapshot().connections()).isEmpty();
                    assertThat(EngineAccess.of(provider).budget().used()).as("ring memory").isZero();
                });
    }

    private static boolean readToEnd(SocketChannel channel, ByteArrayOutputStream seen) {
        try {
            channel.socket().setSoTimeout(PATIENCE_MILLIS);
            channel.socket().getInputStream().transferTo(seen);
            return true;
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the application waits for a peer that is gone", e);
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        }
    }
}
