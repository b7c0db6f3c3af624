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
 */
package io.smc4j.spring.boot.autoconfigure.tomcat;
