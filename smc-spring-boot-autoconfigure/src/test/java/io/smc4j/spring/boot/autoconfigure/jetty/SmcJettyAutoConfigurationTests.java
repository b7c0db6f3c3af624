package io.smc4j.spring.boot.autoconfigure.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcConfiguration;
import io.smc4j.spring.boot.autoconfigure.testsupport.TestCertificate;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.autoconfigure.web.embedded.EmbeddedWebServerFactoryCustomizerAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.HttpHandlerAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.ReactiveWebServerFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.WebFluxAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.DispatcherServletAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.embedded.jetty.JettyReactiveWebServerFactory;
import org.springframework.boot.web.embedded.jetty.JettyServerCustomizer;
import org.springframework.boot.web.embedded.jetty.JettyServletWebServerFactory;
import org.springframework.boot.web.embedded.jetty.JettyWebServer;
import org.springframework.boot.web.reactive.context.AnnotationConfigReactiveWebServerApplicationContext;
import org.springframework.boot.web.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class SmcJettyAutoConfigurationTests {

    private final WebApplicationContextRunner runner =
            new WebApplicationContextRunner(AnnotationConfigServletWebServerApplicationContext::new)
                    .withUserConfiguration(FakeSmcConfiguration.class).withPropertyValues("server.port=0")
                    .withConfiguration(AutoConfigurations.of(SmcJettyAutoConfiguration.class,
                            ServletWebServerFactoryAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
                            EmbeddedWebServerFactoryCustomizerAutoConfiguration.class, SslAutoConfiguration.class));

    private static Connector[] connectorsOf(WebServer server) {
        return ((JettyWebServer) server).getServer().getConnectors();
    }

    private static ServerConnector connectorIn(WebApplicationContextRunner runner) {
        AtomicReference<ServerConnector> connector = new AtomicReference<>();
        runner.run(context -> connector.set((ServerConnector) connectorsOf(context
                .getSourceApplicationContext(ServletWebServerApplicationContext.class).getWebServer())[0]));
        return connector.get();
    }

    @Test
    void appliesToServletApplications() {
        assertThat(connectorIn(runner.withUserConfiguration(JettyOnly.class)))
                .isExactlyInstanceOf(SmcServerConnector.class);
    }

    @Test
    void appliesToReactiveApplications() {
        new ReactiveWebApplicationContextRunner(AnnotationConfigReactiveWebServerApplicationContext::new)
                .withUserConfiguration(FakeSmcConfiguration.class, ReactiveJetty.class)
                .withPropertyValues("server.port=0")
                .withConfiguration(AutoConfigurations.of(SmcJettyAutoConfiguration.class,
                        ReactiveWebServerFactoryAutoConfiguration.class, HttpHandlerAutoConfiguration.class,
                        WebFluxAutoConfiguration.class))
                .run(context -> assertThat(connectorsOf(context
                        .getSourceApplicationContext(ReactiveWebServerApplicationContext.class).getWebServer()))
                        .hasOnlyElementsOfType(SmcServerConnector.class));
    }

    @Test
    void isOffWithEachSwitch() {
        for (String property : new String[] {"smc.enabled", "smc.server.enabled", "smc.server.jetty.enabled"}) {
            assertThat(connectorIn(runner.withUserConfiguration(JettyOnly.class)
                    .withPropertyValues(property + "=false"))).isExactlyInstanceOf(ServerConnector.class);
        }
    }

    @Test
    void keepsWhatTheFactorysAndTheApplicationsCustomizersSet() {
        ServerConnector connector = connectorIn(runner.withUserConfiguration(SetBefore.class, SetAfter.class)
                .withPropertyValues("server.jetty.threads.acceptors=2", "server.jetty.threads.selectors=3",
                        "server.jetty.connection-idle-timeout=7s"));
        assertThat(connector).isExactlyInstanceOf(SmcServerConnector.class);
        assertThat(connector.getAcceptors()).isEqualTo(2);
        assertThat(connector.getSelectorManager().getSelectorCount()).isEqualTo(3);
        assertThat(connector.getIdleTimeout()).isEqualTo(7_000);
        assertThat(connector.getAcceptQueueSize()).isEqualTo(77);
        assertThat(connector.getName()).isEqualTo("named");
        assertThat(connector.getAcceptedSendBufferSize()).isEqualTo(65_536);
        assertThat(connector.getBeans(Connection.Listener.class)).hasSize(1);
        assertThat(connector.getShutdownIdleTimeout()).isEqualTo(88);
    }

    @Test
    void leavesConnectorsOfTheApplicationsOwn() {
        runner.withUserConfiguration(OwnConnector.class).run(context -> assertThat(connectorsOf(context
                .getSourceApplicationContext(ServletWebServerApplicationContext.class).getWebServer()))
                .hasOnlyElementsOfType(LocalConnector.class));
    }

    @Test
    void saysWhichKeyIsMissing(@TempDir Path directory) throws Exception {
        TestCertificate certificate = TestCertificate.create(directory);
        runner.withUserConfiguration(JettyOnly.class).withPropertyValues(certificate.serverBundle())
                .withPropertyValues("server.ssl.bundle=test").run(context -> assertThat(context).hasNotFailed());
        runner.withUserConfiguration(JettyOnly.class).withPropertyValues(certificate.serverBundle())
                .withPropertyValues("server.ssl.bundle=test", "spring.ssl.bundle.jks.test.key.alias=nobody")
                .run(context -> assertThat(context).getFailure().rootCause()
                        .hasMessageContaining("does not contain alias 'nobody'"));
    }

    @Test
    void isOffOutsideWebApplicationsAndWithoutJetty() {
        new ApplicationContextRunner().withUserConfiguration(FakeSmcConfiguration.class)
                .withConfiguration(AutoConfigurations.of(SmcJettyAutoConfiguration.class))
                .run(context -> assertThat(context).doesNotHaveBean(WebServerFactoryCustomizer.class));
        new WebApplicationContextRunner().withUserConfiguration(FakeSmcConfiguration.class)
                .withClassLoader(new FilteredClassLoader("org.eclipse.jetty"))
                .withConfiguration(AutoConfigurations.of(SmcJettyAutoConfiguration.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(WebServerFactoryCustomizer.class));
    }

    private static JettyServletWebServerFactory factory(JettyServerCustomizer customizer) {
        JettyServletWebServerFactory factory = new JettyServletWebServerFactory();
        factory.addServerCustomizers(customizer);
        return factory;
    }

    private static JettyServerCustomizer first(Consumer<ServerConnector> set) {
        return server -> set.accept((ServerConnector) server.getConnectors()[0]);
    }

    @Configuration(proxyBeanMethods = false)
    static class SetBefore {

        @Bean
        JettyServletWebServerFactory factory() {
            return SmcJettyAutoConfigurationTests.factory(first(connector -> {
                connector.setAcceptQueueSize(77);
                connector.setName("named");
                connector.setAcceptedSendBufferSize(65_536);
                connector.addBean(new Connection.Listener() {
                });
            }));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class SetAfter {

        @Bean
        WebServerFactoryCustomizer<JettyServletWebServerFactory> setter() {
            return factory -> factory.addServerCustomizers(first(connector -> connector.setShutdownIdleTimeout(88)));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnConnector {

        @Bean
        JettyServletWebServerFactory factory() {
            return SmcJettyAutoConfigurationTests.factory(server ->
                    server.setConnectors(new Connector[] {new LocalConnector(server)}));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ReactiveJetty {

        @Bean
        JettyReactiveWebServerFactory factory() {
            return new JettyReactiveWebServerFactory();
        }
    }
}
