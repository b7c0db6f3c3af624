package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.spring.boot.autoconfigure.StubSmcRuntime;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application whose engine is always the same. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class StubApplication {

    @Bean
    StubSmcRuntime stub() {
        return new StubSmcRuntime();
    }
}
