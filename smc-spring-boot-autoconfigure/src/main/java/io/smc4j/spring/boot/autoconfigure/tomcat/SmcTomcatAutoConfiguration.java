package io.smc4j.spring.boot.autoconfigure.tomcat;

import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSwitch;
import io.smc4j.spring.boot.autoconfigure.DiscoveryHeader;
import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import org.apache.coyote.http11.Http11NioProtocol;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.web.embedded.tomcat.TomcatReactiveWebServerFactory;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ReactiveHttpInputMessage;

/**
 * Lets an embedded Tomcat listen on SMC channels. The customizers come first of all, so that an application's own
 * choice of a protocol, on its factory or by a customizer, stands.
 */
@AutoConfiguration(after = SmcAutoConfiguration.class)
@ConditionalOnClass({Http11NioProtocol.class, TomcatServletWebServerFactory.class})
@ConditionalOnWebApplication
@ConditionalOnSmc(side = Side.SERVER)
@ConditionalOnSwitch(name = "smc.server.tomcat.enabled", matchIfMissing = true)
public class SmcTomcatAutoConfiguration {

    @Bean
    SmcCoverage smcTomcatCoverage() {
        return new SmcCoverage(Side.SERVER, "Tomcat");
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = Type.SERVLET)
    static class Servlet {

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        WebServerFactoryCustomizer<TomcatServletWebServerFactory> smcTomcatServletCustomizer(SmcRuntime runtime,
                ObjectProvider<DiscoveryHeader> header, @Qualifier("smcTomcatCoverage") SmcCoverage coverage) {
            return factory -> new SmcTomcatProtocol(runtime, header.getIfAvailable(), coverage)
                    .applyTo(factory, factory::setProtocol,
                            customizer -> factory.addConnectorCustomizers(customizer::accept));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = Type.REACTIVE)
    @ConditionalOnClass(ReactiveHttpInputMessage.class)
    static class Reactive {

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        WebServerFactoryCustomizer<TomcatReactiveWebServerFactory> smcTomcatReactiveCustomizer(SmcRuntime runtime,
                ObjectProvider<DiscoveryHeader> header, @Qualifier("smcTomcatCoverage") SmcCoverage coverage) {
            return factory -> new SmcTomcatProtocol(runtime, header.getIfAvailable(), coverage)
                    .applyTo(factory, factory::setProtocol,
                            customizer -> factory.addConnectorCustomizers(customizer::accept));
        }
    }
}
