package io.smc4j.spring.boot.autoconfigure.undertow;

import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/** Says of an embedded Undertow that it stays on TCP. XNIO, on which it stands, has no place for other channels. */
@AutoConfiguration(after = SmcAutoConfiguration.class)
@ConditionalOnClass(name = "io.undertow.Undertow", value = ConfigurableUndertowWebServerFactory.class)
@ConditionalOnWebApplication
@ConditionalOnSmc(side = Side.SERVER)
public class SmcUndertowAutoConfiguration {

    @Bean
    SmcCoverage smcUndertowCoverage() {
        return new SmcCoverage(Side.SERVER, "Undertow");
    }

    @Bean
    WebServerFactoryCustomizer<ConfigurableUndertowWebServerFactory> smcUndertowCustomizer(
            @Qualifier("smcUndertowCoverage") SmcCoverage coverage) {
        return factory -> coverage.left("it opens its channels by itself");
    }
}
