package io.smc4j.spring.boot.autoconfigure.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcConfiguration;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.coyote.ProtocolHandler;
import org.apache.coyote.http11.Http11Nio2Protocol;
import org.apache.coyote.http11.Http11NioProtocol;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.web.reactive.HttpHandlerAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.ReactiveWebServerFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.WebFluxAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.DispatcherServletAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.embedded.tomcat.TomcatWebServer;
import org.springframework.boot.web.reactive.context.AnnotationConfigReactiveWebServerApplicationContext;
import org.springframework.boot.web.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class SmcTomcatAutoConfigurationTests {

    private final WebApplicationContextRunner runner =
            new WebApplicationContextRunner(AnnotationConfigServletWebServerApplicationContext::new)
                    .withUserConfiguration(FakeSmcConfiguration.class).withPropertyValues("server.port=0")
                    .withConfiguration(AutoConfigurations.of(SmcTomcatAutoConfiguration.class,
                            ServletWebServerFactoryAutoConfiguration.class, DispatcherServletAutoConfiguration.class));

    private static Class<?> protocolIn(WebApplicationContextRunner runner) {
        AtomicReference<Class<?>> protocol = new AtomicReference<>();
        runner.run(context -> protocol.set(protocolOf(context
                .getSourceApplicationContext(ServletWebServerApplicationContext.class).getWebServer()).getClass()));
        return protocol.get();
    }

    private static ProtocolHandler protocolOf(WebServer server) {
        return ((TomcatWebServer) server).getTomcat().getConnector().getProtocolHandler();
    }

    @Test
    void appliesToServletApplications() {
        assertThat(protocolIn(runner)).isEqualTo(SmcHttp11NioProtocol.class);
    }

    @Test
    void appliesToReactiveApplications() {
        new ReactiveWebApplicationContextRunner(AnnotationConfigReactiveWebServerApplicationContext::new)
                .withUserConfiguration(FakeSmcConfiguration.class).withPropertyValues("server.port=0")
                .withConfiguration(AutoConfigurations.of(SmcTomcatAutoConfiguration.class,
                        ReactiveWebServerFactoryAutoConfiguration.class, HttpHandlerAutoConfiguration.class,
                        WebFluxAutoConfiguration.class))
                .run(context -> assertThat(protocolOf(context
                        .getSourceApplicationContext(ReactiveWebServerApplicationContext.class).getWebServer()))
                        .isInstanceOf(SmcHttp11NioProtocol.class));
    }

    @Test
    void isOffWithEachSwitch() {
        for (String property : new String[] {"smc.enabled", "smc.server.enabled", "smc.server.tomcat.enabled"}) {
            assertThat(protocolIn(runner.withPropertyValues(property + "=false"))).isEqualTo(Http11NioProtocol.class);
        }
    }

    @Test
    void doesNotCareAboutTheClientSwitch() {
        assertThat(protocolIn(runner.withPropertyValues("smc.client.enabled=false")))
                .isEqualTo(SmcHttp11NioProtocol.class);
    }

    @Test
    void leavesTheProtocolOfTheApplicationsFactory() {
        assertThat(protocolIn(runner.withUserConfiguration(OwnFactory.class))).isEqualTo(Http11Nio2Protocol.class);
    }

    @Test
    void leavesTheProtocolOfTheApplicationsCustomizer() {
        assertThat(protocolIn(runner.withUserConfiguration(OwnCustomizer.class))).isEqualTo(Http11Nio2Protocol.class);
    }

    @Test
    void isOffOutsideWebApplications() {
        new ApplicationContextRunner().withUserConfiguration(FakeSmcConfiguration.class)
                .withConfiguration(AutoConfigurations.of(SmcTomcatAutoConfiguration.class))
                .run(context -> assertThat(context).doesNotHaveBean(WebServerFactoryCustomizer.class));
    }

    @Test
    void isOffWithoutTomcat() {
        new WebApplicationContextRunner().withUserConfiguration(FakeSmcConfiguration.class)
                .withClassLoader(new FilteredClassLoader("org.apache.coyote", "org.apache.catalina"))
                .withConfiguration(AutoConfigurations.of(SmcTomcatAutoConfiguration.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(WebServerFactoryCustomizer.class));
    }

    @Test
    void appliesWithoutWebFlux() {
        assertThat(protocolIn(runner.withClassLoader(new FilteredClassLoader("org.springframework.http.Reactive",
                "org.springframework.web.reactive", "reactor")))).isEqualTo(SmcHttp11NioProtocol.class);
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnFactory {

        @Bean
        TomcatServletWebServerFactory ownFactory() {
            TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory();
            factory.setProtocol(Http11Nio2Protocol.class.getName());
            return factory;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnCustomizer {

        @Bean
        WebServerFactoryCustomizer<TomcatServletWebServerFactory> ownCustomizer() {
            return factory -> factory.setProtocol(Http11Nio2Protocol.class.getName());
        }
    }
}
