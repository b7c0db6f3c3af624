package io.smc4j.samples.benchmark.peer;

import io.smc4j.engine.SmcMode;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The client process: prints {@code ready}, or {@code failed TEXT} and ends. */
public final class ClientMain {

    /** @param smc its engine, {@code null} if it has none */
    private record Client(Load load, SmcSelectorProvider smc) {

        static Client start(PeerOptions options) throws Exception {
            switch (options.pair()) {
                case "web-client", "http-client" -> {
                    NettyTransport transport = NettyTransport.of(options);
                    String address = options.transport().equals("local")
                            ? NettyHttpServer.start("local", transport).address() : options.address();
                    return new Client(new ReactiveLoad(transport.loops(), address, options.pair()), transport.smc());
                }
                case "rest-client", "rest-template" -> {
                    SmcSelectorProvider smc = options.transport().startsWith("smc")
                            ? SmcSelectorProvider.open(options.smc()) : null;
                    return new Client(new BlockingHttpLoad(options, smc), smc);
                }
                default -> {
                    SocketTransport transport = SocketTransport.of(options);
                    Load load = switch (options.pair()) {
                        case "ping-pong" -> transport.selects() ? new SelectorPingPong(transport, options.address())
                                : new BlockingPingPong(transport, options.address());
                        case "stream" -> transport.selects() ? new SelectorStream(transport, options.address())
                                : new BlockingStreamLoad(transport, options.address());
                        case "connect" -> new ConnectLoad(transport, options.address());
                        default -> throw new IllegalArgumentException("no pair " + options.pair());
                    };
                    return new Client(load, transport.smc());
                }
            }
        }
    }

    /** The load of a client, for a server that runs already. */
    static Load load(PeerOptions options) throws Exception {
        return Client.start(options).load();
    }

    private final Client client;
    private final boolean isSmc;

    private ClientMain(Client client, boolean isSmc) {
        this.client = client;
        this.isSmc = isSmc;
    }

    /** Runs it until standard input ends. */
    public static void main(String[] arguments) throws Exception {
        ClientMain main;
        try {
            PeerOptions options = PeerOptions.parse(arguments, false);
            main = new ClientMain(Client.start(options), options.isSmc() && !String.join(" ", arguments).contains("-fallback"));
        } catch (Exception | LinkageError e) {
            exit(e);
            return;
        }
        System.out.println("ready");
        new CommandLoop(main.client.smc(), main::handle).run();
        Runtime.getRuntime().halt(0);
    }

    static void exit(Throwable failure) {
        failure.printStackTrace();
        System.out.println("failed " + String.valueOf(failure).replace('\n', ' '));
        System.out.flush();
        Runtime.getRuntime().halt(1);
    }

    private String handle(String command, Map<String, String> arguments) throws Exception {
        return switch (command) {
            case "run" -> {
                Result result = client.load().run(number(arguments, "connections"), number(arguments, "body"),
                        number(arguments, "rate"), TimeUnit.MILLISECONDS.toNanos(number(arguments, "millis")));
                yield result.text() + " smc=" + requireSmc();
            }
            case "idle" -> {
                int connections = number(arguments, "connections");
                client.load().idle(connections);
                yield "open=" + connections + " smc=" + requireSmc();
            }
            default -> throw new IllegalArgumentException("a client has no command " + command);
        };
    }

    /** Figures of connections that fell back unnoticed would be TCP's. */
    private int requireSmc() {
        if (client.smc() == null) {
            return 0;
        }
        var connections = client.smc().snapshot().connections();
        var others = connections.stream().filter(connection -> connection.mode() == SmcMode.TCP).toList();
        if (isSmc && !others.isEmpty()) {
            throw new IllegalStateException(others.size() + " of " + connections.size() + " connections are on TCP: "
                    + others.get(0).fallbackReason());
        }
        return connections.size() - others.size();
    }

    private static int number(Map<String, String> arguments, String name) {
        String value = arguments.get(name);
        if (value == null) {
            throw new IllegalArgumentException("needs " + name + "=");
        }
        return Integer.parseInt(value);
    }
}
