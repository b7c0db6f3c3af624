package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class ConditionalOnSwitchTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Beans.class);

    @ParameterizedTest
    @CsvSource({"true, true", "ON, true", "yes, true", "1, true", "false, false", "off, false", "0, false"})
    void takesAllThatIsABoolean(String value, boolean on) {
        runner.withPropertyValues("test.switch=" + value).run(context -> {
            assertThat(context.containsBean("onIfSaid")).isEqualTo(on);
            assertThat(context.containsBean("onUnlessSaid")).isEqualTo(on);
        });
    }

    @Test
    void hasADefault() {
        runner.run(context -> assertThat(context).hasBean("onUnlessSaid").doesNotHaveBean("onIfSaid"));
    }

    @Test
    void refusesWhatIsNone() {
        runner.withPropertyValues("test.switch=maybe")
                .run(context -> assertThat(context).getFailure().hasRootCauseInstanceOf(IllegalArgumentException.class)
                        .hasStackTraceContaining(BindException.class.getName()));
    }

    @Configuration(proxyBeanMethods = false)
    static class Beans {

        @Bean
        @ConditionalOnSwitch(name = "test.switch")
        String onIfSaid() {
            return "";
        }

        @Bean
        @ConditionalOnSwitch(name = "test.switch", matchIfMissing = true)
        String onUnlessSaid() {
            return "";
        }
    }
}
