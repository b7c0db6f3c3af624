/**
 * Reactor Netty over SMC channels: its HTTP server, {@code WebClient}, and {@code RestClient} or {@code RestTemplate}
 * where they were told to use it.
 *
 * <p>Reactor Netty asks its {@code LoopResources} for event loops and, connection by connection, for channels;
 * {@link io.smc4j.spring.boot.autoconfigure.reactor.SmcLoopResources} answers with channels and selectors of the SMC
 * provider. One instance serves servers and clients, so that a call made while a request is handled stays on its event
 * loop. Each of the auto-configurations here hands it to one user of Reactor Netty, and can be switched off by itself.
 * An application's own {@code ReactorResourceFactory} bean says which event loops it wants: then nothing here applies.
 */
package io.smc4j.spring.boot.autoconfigure.reactor;
