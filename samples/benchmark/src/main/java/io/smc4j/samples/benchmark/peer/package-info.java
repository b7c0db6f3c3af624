/**
 * The server and the client process of a variant. Both are told what to do by lines on standard input, and answer each
 * with one line: {@link io.smc4j.samples.benchmark.peer.ServerMain} and
 * {@link io.smc4j.samples.benchmark.peer.ClientMain} are what is started, a {@code Server} answers what a {@code Load}
 * asks, and a {@code NettyTransport} or a {@code SocketTransport} makes the channels of both, the only thing in which
 * transports differ.
 */
package io.smc4j.samples.benchmark.peer;
