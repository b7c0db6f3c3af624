package io.smc4j.spring.boot.autoconfigure.testsupport;

import io.smc4j.spring.boot.autoconfigure.OutdatedConnections;
import io.smc4j.spring.boot.autoconfigure.SmcProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts {@link FakeSmcRuntime} in the place of the engine. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SmcProperties.class)
public class FakeSmcConfiguration {

    @Bean
    FakeSmcRuntime smcRuntime() {
        return new FakeSmcRuntime();
    }

    @Bean
    OutdatedConnections smcOutdatedConnections(FakeSmcRuntime runtime) {
        return new OutdatedConnections(runtime);
    }
}
