package io.smc4j.spring.boot.autoconfigure;

/**
 * Auto-configurations of Spring Boot that ours come before or after. By names, as each of them is missing in one of the
 * supported versions; Spring passes over a name that stands for nothing, but not over a class.
 */
public final class BootConfigurations {

    /** Of {@code ClientHttpRequestFactoryBuilder}, in 3.x. */
    public static final String REQUEST_FACTORIES_3 =
            "org.springframework.boot.autoconfigure.http.client.HttpClientAutoConfiguration";
    /** Of {@code ClientHttpRequestFactoryBuilder}, in 4.x. */
    public static final String REQUEST_FACTORIES_4 =
            "org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration";
    /** Of {@code ClientHttpConnector}, in 3.4. */
    public static final String CONNECTORS_3_4 = "org.springframework.boot.autoconfigure.web.reactive.function.client"
            + ".ClientHttpConnectorAutoConfiguration";
    /** Of {@code ClientHttpConnector}, in 3.5. */
    public static final String CONNECTORS_3_5 =
            "org.springframework.boot.autoconfigure.http.client.reactive.ClientHttpConnectorAutoConfiguration";
    /** Of {@code ClientHttpConnector}, in 4.x. */
    public static final String CONNECTORS_4 =
            "org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration";
    /** Of servlet web servers, in 3.x. */
    public static final String SERVLET_SERVERS_3 =
            "org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration";
    /** Of reactive web servers, in 3.x. */
    public static final String REACTIVE_SERVERS_3 =
            "org.springframework.boot.autoconfigure.web.reactive.ReactiveWebServerFactoryAutoConfiguration";
    /** Of Tomcat for servlets, in 4.x. */
    public static final String SERVLET_TOMCAT_4 =
            "org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration";
    /** Of Tomcat for WebFlux, in 4.x. */
    public static final String REACTIVE_TOMCAT_4 =
            "org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration";
    /** Of Jetty for servlets, in 4.x. */
    public static final String SERVLET_JETTY_4 =
            "org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration";
    /** Of Jetty for WebFlux, in 4.x. */
    public static final String REACTIVE_JETTY_4 =
            "org.springframework.boot.jetty.autoconfigure.reactive.JettyReactiveWebServerAutoConfiguration";
    /** Of the Reactor Netty server, in 4.x. */
    public static final String NETTY_4 =
            "org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration";
    /** Of {@code RestClient.Builder}, in 3.x. */
    public static final String REST_CLIENT_3 =
            "org.springframework.boot.autoconfigure.web.client.RestClientAutoConfiguration";
    /** Of {@code RestClient.Builder}, in 4.x. */
    public static final String REST_CLIENT_4 =
            "org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration";
    /** Of {@code RestTemplateBuilder}, in 3.x. */
    public static final String REST_TEMPLATE_3 =
            "org.springframework.boot.autoconfigure.web.client.RestTemplateAutoConfiguration";
    /** Of {@code RestTemplateBuilder}, in 4.x. */
    public static final String REST_TEMPLATE_4 =
            "org.springframework.boot.restclient.autoconfigure.RestTemplateAutoConfiguration";
    /** Of {@code WebClient.Builder}, in 3.x. */
    public static final String WEB_CLIENT_3 =
            "org.springframework.boot.autoconfigure.web.reactive.function.client.WebClientAutoConfiguration";
    /** Of {@code WebClient.Builder}, in 4.x. */
    public static final String WEB_CLIENT_4 =
            "org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration";
    /** Of RSocket servers, in 3.x. */
    public static final String RSOCKET_3 =
            "org.springframework.boot.autoconfigure.rsocket.RSocketServerAutoConfiguration";
    /** Of RSocket servers, in 4.x. */
    public static final String RSOCKET_4 =
            "org.springframework.boot.rsocket.autoconfigure.RSocketServerAutoConfiguration";
    /** Of the meter registry, in 3.x. */
    public static final String METERS_3 =
            "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration";
    /** Of the meter registry, in 4.x. */
    public static final String METERS_4 =
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration";

    private BootConfigurations() {
    }
}
