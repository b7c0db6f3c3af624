package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.HealthContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Auto-configuration for {@link SmcHealthIndicator}. */
@AutoConfiguration(after = SmcAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnBean(SmcRuntime.class)
@ConditionalOnEnabledHealthIndicator("smc")
public class SmcHealthContributorAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = {"smcHealthIndicator", "smcHealthContributor"})
    HealthContributor smcHealthContributor(SmcRuntime runtime) {
        return new SmcHealthIndicator(runtime);
    }
}
