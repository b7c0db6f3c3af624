package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.SmcMode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What channels and their streams say once the peer has gone in one way or another: type and text of each exception, in
 * the order of the calls. Frameworks tell a lost client from a failure by these texts.
 */
abstract class ErrorContract extends ChannelContract {

    private static final String ESTABLISHED = "01";

    ErrorContract(Pairing pairing) {
        super(pairing);
    }

    /** How the peer goes. */
    enum Departure {
        RESETS {
            @Override
            void run(End end) throws IOException {
                reset(end.peer());
            }
        },
        SAYS_SOMETHING_AND_RESETS {
            @Override
            void run(End end) throws IOException {
                end.peer().write(ByteBuffer.allocate(3));
                reset(end.peer());
            }
        },
        CLOSES_WITH_UNREAD_BYTES {
            @Override
            void run(End end) throws IOException {
                leaveUnread(end);
                end.peer().close();
            }
        },
        SAYS_SOMETHING_AND_CLOSES_WITH_UNREAD_BYTES {
            @Override
            void run(End end) throws IOException {
                leaveUnread(end);
                end.peer().write(ByteBuffer.allocate(3));
                end.peer().close();
            }
        },
        CLOSES {
            @Override
            void run(End end) throws IOException {
                end.peer().close();
            }
        },
        SAYS_SOMETHING_AND_CLOSES {
            @Override
            void run(End end) throws IOException {
                end.peer().write(ByteBuffer.allocate(3));
                end.peer().close();
            }
        },
        ENDS_ITS_STREAM {
            @Override
            void run(End end) throws IOException {
                end.peer().shutdownOutput();
            }
        },
        ENDS_ITS_STREAM_AND_RESETS {
            @Override
            void run(End end) throws IOException {
                end.peer().shutdownOutput();
                reset(end.peer());
            }
        };

        abstract void run(End end) throws IOException;

        private static void reset(SocketChannel channel) throws IOException {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        }

        private static void leaveUnread(End end) throws IOException {
            end.channel().write(ByteBuffer.allocate(5));
            end.peer().read(ByteBuffer.allocate(1));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "RESETS | read read write write read | reset, reset, pipe, pipe, reset",
        "RESETS | write write read read      | reset by peer, pipe, -1, -1",
        "RESETS | gather gather scatter      | reset by peer, pipe, -1",
        "RESETS | scatter scatter gather     | reset, reset, pipe",
        "RESETS | in in out out in           | reset, reset, pipe, pipe, reset",
        "RESETS | out out in                 | reset by peer, pipe, -1",
        "RESETS | available available in available in | 0, 0, reset, 0, reset",
        "RESETS | end-output read write      | ok, reset, AsynchronousCloseException",
        "RESETS | end-input read write write | ok, -1, reset by peer, pipe",
        "RESETS | at-once read read write write read | ok, reset, reset, pipe, pipe, reset",
        "RESETS | at-once write write read   | ok, reset by peer, pipe, -1",
        "SAYS_SOMETHING_AND_RESETS | read read read write read  | 3, reset, reset, pipe, reset",
        "SAYS_SOMETHING_AND_RESETS | write write read read      | reset by peer, pipe, 3, -1",
        "SAYS_SOMETHING_AND_RESETS | available in available out | 3, 3, 0, reset by peer",
        "CLOSES_WITH_UNREAD_BYTES  | read read write read       | reset, reset, pipe, reset",
        "CLOSES_WITH_UNREAD_BYTES  | write write read read      | reset by peer, pipe, -1, -1",
        "CLOSES_WITH_UNREAD_BYTES  | in out out in              | reset, pipe, pipe, reset",
        "SAYS_SOMETHING_AND_CLOSES_WITH_UNREAD_BYTES | read read write | 3, reset, pipe",
        "SAYS_SOMETHING_AND_CLOSES_WITH_UNREAD_BYTES | out out in in   | reset by peer, pipe, 3, -1",
        "CLOSES | read write write! read     | -1, 10, pipe, -1",
        "CLOSES | write write! read          | 10, pipe, -1",
        "CLOSES | gather write! scatter      | 20, pipe, -1",
        "CLOSES | in out out! in available   | -1, ok, pipe, -1, 0",
        "CLOSES | at-once write write! read  | ok, 10, pipe, -1",
        "SAYS_SOMETHING_AND_CLOSES | write write! read read | 10, pipe, 3, -1",
        "SAYS_SOMETHING_AND_CLOSES | read read write write! | 3, -1, 10, pipe",
        "ENDS_ITS_STREAM | read write write read            | -1, 10, 10, -1",
        "ENDS_ITS_STREAM | end-output write read            | ok, AsynchronousCloseException, -1",
        "ENDS_ITS_STREAM_AND_RESETS | read read write read  | -1, -1, pipe, -1",
        "ENDS_ITS_STREAM_AND_RESETS | write write read      | pipe, pipe, -1",
        "ENDS_ITS_STREAM_AND_RESETS | in out out            | -1, pipe, pipe"
    })
    void saysOfThePeersEndWhatTheJdkSays(Departure departure, String steps, String expected) throws Exception {
        atBothEnds(end -> {
            // Each end has heard of the other: the connection is what it will be.
            end.peer().write(ByteBuffer.allocate(1));
            end.channel().read(ByteBuffer.allocate(1));
            departure.run(end);
            if (pairing.expectedMode() == SmcMode.TCP) {
                awaitEnd(end.channel(), departure == Departure.ENDS_ITS_STREAM_AND_RESETS);
            }
            List<String> said = new ArrayList<>();
            for (String step : steps.split(" +")) {
                said.add(run(step, end.channel()));
            }
            assertThat(String.join(", ", said)).isEqualTo(expected);
        });
    }

    private static String run(String step, SocketChannel channel) {
        if (step.endsWith("!")) {
            // On TCP the peer's answer to the last write may still be under way.
            String repeated = step.substring(0, step.length() - 1);
            return Awaitility.await().until(() -> result(repeated, channel), s -> !s.equals("10") && !s.equals("ok"));
        }
        return result(step, channel);
    }

    private static String result(String step, SocketChannel channel) {
        Callable<?> call = switch (step) {
            case "read" -> () -> channel.read(ByteBuffer.allocate(10));
            case "write" -> () -> channel.write(ByteBuffer.allocate(10));
            case "scatter" -> () -> channel.read(new ByteBuffer[] {ByteBuffer.allocate(10), ByteBuffer.allocate(10)});
            case "gather" -> () -> channel.write(new ByteBuffer[] {ByteBuffer.allocate(10), ByteBuffer.allocate(10)});
            case "in" -> () -> channel.socket().getInputStream().read(new byte[10]);
            case "out" -> () -> {
                channel.socket().getOutputStream().write(new byte[10]);
                return "ok";
            };
            case "available" -> () -> channel.socket().getInputStream().available();
            case "end-output" -> () -> channel.shutdownOutput() == channel ? "ok" : "another";
            case "end-input" -> () -> channel.shutdownInput() == channel ? "ok" : "another";
            case "at-once" -> () -> channel.configureBlocking(false) == channel ? "ok" : "another";
            default -> throw new IllegalArgumentException(step);
        };
        try {
            return String.valueOf(call.call());
        } catch (Exception e) {
            return switch (e.getClass().getSimpleName() + ": " + e.getMessage()) {
                case "SocketException: Connection reset" -> "reset";
                case "IOException: Connection reset by peer" -> "reset by peer";
                case "IOException: Broken pipe" -> "pipe";
                case "AsynchronousCloseException: null" -> "AsynchronousCloseException";
                default -> e.toString();
            };
        }
    }

    /**
     * Waits for the kernel to have taken the peer's end: no system call of Java tells without changing what comes next.
     */
    private static void awaitEnd(SocketChannel channel, boolean gone) {
        Awaitility.await().until(() -> {
            List<String> states = kernelStates((InetSocketAddress) channel.getLocalAddress(),
                    (InetSocketAddress) channel.getRemoteAddress());
            return gone ? states.isEmpty() : !states.contains(ESTABLISHED);
        });
    }

    private static List<String> kernelStates(InetSocketAddress local, InetSocketAddress remote) throws IOException {
        List<String> states = new ArrayList<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of(table))) {
                // " 0: 0100007F:8A3C 0100007F:1F90 01 ..."
                lines.map(line -> line.trim().split(" +"))
                        .filter(f -> f[1].endsWith(":%04X".formatted(local.getPort()))
                                && f[2].endsWith(":%04X".formatted(remote.getPort())))
                        .forEach(f -> states.add(f[3]));
            }
        }
        return states;
    }
}
