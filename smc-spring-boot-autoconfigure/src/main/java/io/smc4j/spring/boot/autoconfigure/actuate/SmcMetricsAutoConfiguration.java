package io.smc4j.spring.boot.autoconfigure.actuate;

import io.micrometer.core.instrument.MeterRegistry;
import io.smc4j.spring.boot.autoconfigure.BootConfigurations;
import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Auto-configuration for {@link SmcMetrics}. */
@AutoConfiguration(after = SmcAutoConfiguration.class,
        afterName = {BootConfigurations.METERS_3, BootConfigurations.METERS_4})
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({SmcRuntime.class, MeterRegistry.class})
public class SmcMetricsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    SmcMetrics smcMetrics(SmcRuntime runtime) {
        return new SmcMetrics(runtime);
    }
}
