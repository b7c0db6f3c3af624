/**
 * Embedded Tomcat over SMC channels.
 *
 * <p>Tomcat's NIO endpoint opens its channels and its selector from the JVM-wide provider and keeps them in private
 * fields. The classes here replace exactly the parts that touch those fields, by what Tomcat lets a subclass override:
 * {@link io.smc4j.spring.boot.autoconfigure.tomcat.SmcNioEndpoint} listens and accepts, {@code SmcPoller} waits,
 * {@code SmcSocketWrapper} lets the poller continue an asynchronous operation. All the rest, HTTP and TLS above all, is
 * Tomcat's own. {@link io.smc4j.spring.boot.autoconfigure.tomcat.SmcHttp11NioProtocol} is what the connector names;
 * {@link io.smc4j.spring.boot.autoconfigure.tomcat.SmcTomcatAutoConfiguration} makes it the default one, which an
 * application's own web server factory or customizer overrides.
 *
 * <p>One thing does not work on foreign channels: when a web application asks for a client certificate only after the
 * handshake, which TLS 1.2 does by renegotiation, Tomcat opens a JDK selector for it, and the connection is closed. A
 * certificate that {@code server.ssl.client-auth} asks for during the handshake is no problem.
 */
package io.smc4j.spring.boot.autoconfigure.tomcat;
