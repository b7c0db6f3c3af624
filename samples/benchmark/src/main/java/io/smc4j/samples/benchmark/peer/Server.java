package io.smc4j.samples.benchmark.peer;

import io.smc4j.engine.nio.SmcSelectorProvider;

/**
 * What a server process runs until it ends.
 *
 * @param address where clients find it
 * @param smc its engine, {@code null} if it has none
 */
record Server(String address, SmcSelectorProvider smc) {

    static Server start(PeerOptions options) throws Exception {
        return switch (options.pair()) {
            case "web-client", "http-client" -> NettyHttpServer.start(options, NettyTransport.of(options));
            case "rest-client", "rest-template" -> TomcatServer.start(options);
            case "ping-pong", "stream", "connect", "contact" ->
                    RawServer.start(options.pair(), SocketTransport.of(options));
            default -> throw new IllegalArgumentException("no pair " + options.pair());
        };
    }
}
