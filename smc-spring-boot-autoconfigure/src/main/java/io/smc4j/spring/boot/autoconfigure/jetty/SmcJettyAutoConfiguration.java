package io.smc4j.spring.boot.autoconfigure.jetty;

import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSwitch;
import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import org.eclipse.jetty.server.Server;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.embedded.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Lets an embedded Jetty listen on SMC channels. The customizer comes first of all, so that what an application's own
 * customizers set is set on the connector that stays, and connectors that they put in its place stand.
 */
@AutoConfiguration(after = SmcAutoConfiguration.class)
@ConditionalOnClass({Server.class, ConfigurableJettyWebServerFactory.class})
@ConditionalOnWebApplication
@ConditionalOnSmc(side = Side.SERVER)
@ConditionalOnSwitch(name = "smc.server.jetty.enabled", matchIfMissing = true)
public class SmcJettyAutoConfiguration {

    @Bean
    SmcCoverage smcJettyCoverage() {
        return new SmcCoverage(Side.SERVER, "Jetty");
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory> smcJettyCustomizer(SmcRuntime runtime,
            @Qualifier("smcJettyCoverage") SmcCoverage coverage) {
        return factory -> factory.addServerCustomizers(
                new SmcJettyConnectors(runtime, coverage)::replaceIn);
    }
}
