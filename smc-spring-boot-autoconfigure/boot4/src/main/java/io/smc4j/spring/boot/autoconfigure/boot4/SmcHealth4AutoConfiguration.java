package io.smc4j.spring.boot.autoconfigure.boot4;

import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import io.smc4j.spring.boot.autoconfigure.actuate.HealthDetails;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Shows SMC in the application's health. It is always up, as an application on TCP works. */
@AutoConfiguration(after = SmcAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnBean(SmcRuntime.class)
@ConditionalOnEnabledHealthIndicator("smc")
public class SmcHealth4AutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = {"smcHealthIndicator", "smcHealthContributor"})
    HealthIndicator smcHealthContributor(SmcRuntime runtime) {
        return () -> Health.up().withDetails(HealthDetails.of(runtime)).build();
    }
}
