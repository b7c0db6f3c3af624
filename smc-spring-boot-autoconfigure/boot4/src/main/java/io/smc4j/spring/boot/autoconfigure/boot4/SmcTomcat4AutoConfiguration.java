package io.smc4j.spring.boot.autoconfigure.boot4;

import io.smc4j.spring.boot.autoconfigure.BootConfigurations;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSwitch;
import io.smc4j.spring.boot.autoconfigure.DiscoveryHeader;
import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import io.smc4j.spring.boot.autoconfigure.tomcat.SmcTomcatProtocol;
import org.apache.coyote.http11.Http11NioProtocol;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Lets an embedded Tomcat listen on SMC channels, for servlets and for WebFlux. The customizer comes first of all, so
 * that an application's own choice of a protocol, on its factory or by a customizer, stands.
 */
@AutoConfiguration(after = SmcAutoConfiguration.class,
        beforeName = {BootConfigurations.SERVLET_TOMCAT_4, BootConfigurations.REACTIVE_TOMCAT_4})
@ConditionalOnClass({Http11NioProtocol.class, TomcatWebServerFactory.class})
@ConditionalOnWebApplication
@ConditionalOnSmc(side = Side.SERVER)
@ConditionalOnSwitch(name = "smc.server.tomcat.enabled", matchIfMissing = true)
public class SmcTomcat4AutoConfiguration {

    @Bean
    SmcCoverage smcTomcatCoverage() {
        return new SmcCoverage(Side.SERVER, "Tomcat");
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    WebServerFactoryCustomizer<TomcatWebServerFactory> smcTomcatCustomizer(SmcRuntime runtime,
            ObjectProvider<DiscoveryHeader> header, @Qualifier("smcTomcatCoverage") SmcCoverage coverage) {
        return factory -> new SmcTomcatProtocol(runtime, header.getIfAvailable(), coverage)
                .applyTo(factory, factory::setProtocol,
                        customizer -> factory.addConnectorCustomizers(customizer::accept));
    }
}
