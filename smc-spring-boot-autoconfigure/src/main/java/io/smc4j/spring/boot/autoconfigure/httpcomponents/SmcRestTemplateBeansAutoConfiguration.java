package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc;
import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcProperties;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.web.client.RestTemplate;

/**
 * Lets {@code RestTemplate} beans that were made without a builder connect by SMC channels, in every kind of
 * application: in reactive ones Spring Boot configures no builder.
 */
@AutoConfiguration(after = SmcAutoConfiguration.class)
@ConditionalOnClass({DefaultHttpClientConnectionOperator.class, RestTemplate.class})
@ConditionalOnSmc(side = ConditionalOnSmc.Side.CLIENT)
@ConditionalOnBooleanProperty(name = "smc.client.rest-template-beans.enabled", matchIfMissing = true)
public class SmcRestTemplateBeansAutoConfiguration {

    @Bean
    SimpleClientStandIns smcSimpleClientStandIns(SmcRuntime runtime, SmcProperties properties) {
        return new SimpleClientStandIns(
                new SmcHttpComponentsCustomizer(runtime.selectorProvider(), properties.client().pool()));
    }

    @Bean
    static SmcRestTemplateBeanPostProcessor smcRestTemplateBeanPostProcessor(
            ObjectProvider<SimpleClientStandIns> standIns) {
        return new SmcRestTemplateBeanPostProcessor(standIns);
    }
}
