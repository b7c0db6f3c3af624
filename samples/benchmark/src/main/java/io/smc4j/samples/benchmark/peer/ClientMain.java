package io.smc4j.samples.benchmark.peer;

import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The client process: prints {@code ready}, or {@code failed TEXT} and ends. */
public final class ClientMain {

    private static final long DECISION_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Load load;
    /** {@code null} if it has no engine. */
    private final SmcSelectorProvider smc;
    private final boolean mustBeSmc;
    private int busy;
    private int idle;
    private long fallbacksBefore;

    private ClientMain(Load load, SmcSelectorProvider smc, boolean mustBeSmc) {
        this.load = load;
        this.smc = smc;
        this.mustBeSmc = mustBeSmc;
    }

    /** The load of a client, for a server that runs already. */
    static Load load(PeerOptions options) throws Exception {
        return start(options).load;
    }

    private static ClientMain start(PeerOptions options) throws Exception {
        boolean mustBeSmc = options.usesEngine() && !options.fallsBack();
        switch (options.pair()) {
            case "web-client", "http-client" -> {
                NettyTransport transport = NettyTransport.of(options);
                String address = options.transport().equals("local")
                        ? NettyHttpServer.start(options, transport).address() : options.address();
                return new ClientMain(new ReactiveLoad(transport.loops(), address, options.pair()), transport.smc(),
                        mustBeSmc);
            }
            case "rest-client", "rest-template" -> {
                SmcSelectorProvider smc = options.usesEngine() ? SmcSelectorProvider.open(options.smc()) : null;
                return new ClientMain(new BlockingHttpLoad(options, smc), smc, mustBeSmc);
            }
            default -> {
                SocketTransport transport = SocketTransport.of(options);
                return new ClientMain(rawLoad(options, transport), transport.smc(), mustBeSmc);
            }
        }
    }

    private static Load rawLoad(PeerOptions options, SocketTransport transport) throws Exception {
        String address = options.address();
        return switch (options.pair()) {
            case "ping-pong" -> transport.selects() ? new SelectorLoad(transport, address, true)
                    : new BlockingLoad(transport, address, Messages::sendAndReceive);
            case "stream" -> transport.selects() ? new SelectorLoad(transport, address, false)
                    : new BlockingLoad(transport, address, Messages::send);
            case "connect" -> BlockingLoad.connecting(transport, address);
            case "contact" -> BlockingLoad.meeting(transport, options);
            default -> throw new IllegalArgumentException("no pair " + options.pair());
        };
    }

    /** Runs it until standard input ends. */
    public static void main(String[] arguments) throws Exception {
        ClientMain main;
        try {
            main = start(PeerOptions.parse(arguments, false));
        } catch (Exception | LinkageError e) {
            exit(e);
            return;
        }
        System.out.println("ready");
        new CommandLoop(main.smc, main::handle).run();
        System.exit(0);
    }

    static void exit(Throwable failure) {
        failure.printStackTrace();
        System.out.println("failed " + String.valueOf(failure).replace('\n', ' '));
        System.out.flush();
        System.exit(1);
    }

    private String handle(String command, Map<String, String> arguments) throws Exception {
        return switch (command) {
            case "run" -> {
                int connections = number(arguments, "connections", 1);
                Result result = load.run(connections, number(arguments, "body", 0), number(arguments, "rate", 0),
                        TimeUnit.MILLISECONDS.toNanos(number(arguments, "millis", 0)));
                busy = connections;
                yield result.text() + " smc=" + requireSmc(result.errors() == 0);
            }
            case "idle" -> {
                idle = 0;
                int connections = number(arguments, "connections", 0);
                load.idle(connections);
                idle = connections;
                yield "open=" + connections + " smc=" + requireSmc(true);
            }
            default -> throw new IllegalArgumentException("a client has no command " + command);
        };
    }

    /**
     * How many connections are SMC. Figures of some that fell back unnoticed would be TCP's, also of such as are closed
     * again.
     *
     * @param complete whether none can be missing
     */
    private int requireSmc(boolean complete) {
        if (smc == null) {
            return 0;
        }
        SmcSnapshot snapshot = decided();
        long fallbacks = snapshot.fallbacks().values().stream().mapToLong(Long::longValue).sum();
        long newFallbacks = fallbacks - fallbacksBefore;
        fallbacksBefore = fallbacks;
        long count = snapshot.connections().stream()
                .filter(connection -> connection.mode() != null && connection.mode() != SmcMode.TCP).count();
        boolean missing = complete && count < busy + idle;
        if (mustBeSmc && (missing || newFallbacks > 0)) {
            throw new IllegalStateException(count + " of " + (busy + idle) + " connections are SMC, " + newFallbacks
                    + " more went to TCP: " + snapshot.fallbacks());
        }
        return (int) count;
    }

    /** How a connection is carried shows when its server has accepted it. */
    private SmcSnapshot decided() {
        long deadline = System.nanoTime() + DECISION_NANOS;
        SmcSnapshot snapshot = smc.snapshot();
        while (snapshot.connections().stream().anyMatch(connection -> connection.mode() == null)
                && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOOK_NANOS);
            snapshot = smc.snapshot();
        }
        return snapshot;
    }

    private static int number(Map<String, String> arguments, String name, int least) {
        String value = arguments.get(name);
        if (value == null || Integer.parseInt(value) < least) {
            throw new IllegalArgumentException("needs " + name + "=, " + least + " at the least");
        }
        return Integer.parseInt(value);
    }
}
