package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.httpcomponents.SmcHttpComponentsAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.jetty.SmcJettyAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.reactor.SmcGatewayAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.reactor.SmcReactorNettyAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.reactor.SmcReactorNettyServerAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.reactor.SmcReactorRestClientAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.reactor.SmcWebClientAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcConfiguration;
import io.smc4j.spring.boot.autoconfigure.tomcat.SmcTomcatAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.undertow.SmcUndertowAutoConfiguration;
import org.apache.coyote.http11.Http11Nio2Protocol;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.LocalConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.http.client.HttpClientAutoConfiguration;
import org.springframework.boot.autoconfigure.http.client.reactive.ClientHttpConnectorAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.HttpHandlerAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.ReactiveWebServerFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.WebFluxAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.embedded.jetty.JettyServletWebServerFactory;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.embedded.undertow.UndertowServletWebServerFactory;
import org.springframework.boot.web.reactive.context.AnnotationConfigReactiveWebServerApplicationContext;
import org.springframework.boot.web.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.JdkClientHttpConnector;

/** The start line claims for SMC what it carries, and no more. */
@ExtendWith(OutputCaptureExtension.class)
class SmcCoverageTests {

    private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(SmcAutoConfiguration.class,
            SmcReactorNettyAutoConfiguration.class, SmcReactorNettyServerAutoConfiguration.class,
            SmcWebClientAutoConfiguration.class, SmcReactorRestClientAutoConfiguration.class,
            SmcGatewayAutoConfiguration.class, SmcHttpComponentsAutoConfiguration.class,
            SmcTomcatAutoConfiguration.class, SmcJettyAutoConfiguration.class,
            ClientHttpConnectorAutoConfiguration.class, HttpClientAutoConfiguration.class);

    private final ApplicationContextRunner clients = common(new ApplicationContextRunner());

    private final WebApplicationContextRunner servlet =
            common(new WebApplicationContextRunner(AnnotationConfigServletWebServerApplicationContext::new))
                    .withConfiguration(AutoConfigurations.of(ServletWebServerFactoryAutoConfiguration.class));

    private final ReactiveWebApplicationContextRunner reactive =
            common(new ReactiveWebApplicationContextRunner(AnnotationConfigReactiveWebServerApplicationContext::new))
                    .withClassLoader(new FilteredClassLoader("org.apache.catalina", "org.eclipse.jetty", "io.undertow"))
                    .withConfiguration(AutoConfigurations.of(ReactiveWebServerFactoryAutoConfiguration.class,
                            WebFluxAutoConfiguration.class, HttpHandlerAutoConfiguration.class));

    private static <R extends AbstractApplicationContextRunner<R, ?, ?>> R common(R runner) {
        return runner.withUserConfiguration(FakeSmcConfiguration.class).withConfiguration(AUTO_CONFIGURATIONS)
                .withPropertyValues("server.port=0");
    }

    private static void expect(AbstractApplicationContextRunner<?, ?, ?> runner, CapturedOutput output, String sides,
            String end) {
        runner.run(context -> assertThat(context.getStartupFailure()).isNull());
        assertThat(output.getOut().lines().filter(line -> line.contains("SMC is on: ")).toList()).singleElement()
                .asString().contains("SMC is on: " + sides + ", rings ").endsWith(end);
    }

    @Test
    void clientsOnly(CapturedOutput output) {
        expect(clients, output, "client only", "; clients: RestClient and RestTemplate, WebClient");
    }

    @Test
    void clientsAndTomcat(CapturedOutput output) {
        expect(servlet, output, "client and server",
                "; server: Tomcat, clients: RestClient and RestTemplate, WebClient");
    }

    @Test
    void clientsAndJetty(CapturedOutput output) {
        expect(servlet.withBean(JettyServletWebServerFactory.class), output, "client and server",
                "; server: Jetty, clients: RestClient and RestTemplate, WebClient");
    }

    @Test
    void clientsAndReactorNetty(CapturedOutput output) {
        expect(reactive, output, "client and server", "; server: Reactor Netty, clients: WebClient");
    }

    @Test
    void whatIsSwitchedOffIsNotNamed(CapturedOutput output) {
        expect(servlet.withPropertyValues("smc.client.webclient.enabled=false", "smc.server.tomcat.enabled=false"),
                output, "client only", "; clients: RestClient and RestTemplate");
    }

    @Test
    void resourcesOfTheApplicationsOwn(CapturedOutput output) {
        expect(reactive.withBean(ReactorResourceFactory.class), output, "neither client nor server",
                "; on TCP: Reactor Netty (the application has a ReactorResourceFactory of its own)");
    }

    @Test
    void aConnectorOfTheApplicationsOwn(CapturedOutput output) {
        expect(reactive.withBean(ClientHttpConnector.class, JdkClientHttpConnector::new), output, "server only",
                "; server: Reactor Netty"
                        + "; on TCP: WebClient (the application has a connector of its own)");
    }

    @Test
    void anotherConnectorThatWasChosen(CapturedOutput output) {
        expect(reactive.withPropertyValues("spring.http.reactiveclient.connector=jdk"), output, "server only",
                "; on TCP: WebClient (its connector is not Reactor Netty's)");
    }

    @Test
    void undertow(CapturedOutput output) {
        expect(servlet.withConfiguration(AutoConfigurations.of(SmcUndertowAutoConfiguration.class))
                .withBean(UndertowServletWebServerFactory.class), output, "client only",
                "; clients: RestClient and RestTemplate, WebClient"
                        + "; on TCP: Undertow (it opens its channels by itself)");
    }

    @Test
    void aJettyConnectorOfTheApplicationsOwn(CapturedOutput output) {
        expect(servlet.withBean(JettyServletWebServerFactory.class, () -> {
            JettyServletWebServerFactory factory = new JettyServletWebServerFactory();
            factory.addServerCustomizers(server -> server.setConnectors(new Connector[] {new LocalConnector(server)}));
            return factory;
        }), output, "client only", "; on TCP: Jetty (its connector is the application's choice)");
    }

    @Test
    void aProtocolOfTheApplicationsOwn(CapturedOutput output) {
        expect(servlet.withBean(TomcatServletWebServerFactory.class, () -> {
            TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory();
            factory.setProtocol(Http11Nio2Protocol.class.getName());
            return factory;
        }), output, "client only", "; on TCP: Tomcat (its factory has a protocol of the application's choice)");
    }
}
