package io.smc4j.spring.boot.autoconfigure.urlconnection;

import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSwitch;
import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.web.client.RestTemplate;

/**
 * Lets {@code RestTemplate} beans that were made without a builder connect by SMC channels, in every kind of
 * application: in reactive ones Spring Boot configures no builder.
 */
@AutoConfiguration(after = SmcAutoConfiguration.class)
@ConditionalOnClass(RestTemplate.class)
@ConditionalOnSmc(side = ConditionalOnSmc.Side.CLIENT)
@ConditionalOnSwitch(name = "smc.client.rest-template-beans.enabled", matchIfMissing = true)
public class SmcRestTemplateBeansAutoConfiguration {

    @Bean
    ChannelSockets smcChannelSockets(SmcRuntime runtime) {
        return new ChannelSockets(runtime);
    }

    @Bean
    SmcUrlConnections smcUrlConnections(SmcRuntime runtime, ChannelSockets sockets) {
        return new SmcUrlConnections(runtime, sockets);
    }

    @Bean
    static SmcRestTemplateBeanPostProcessor smcRestTemplateBeanPostProcessor(
            ObjectProvider<SmcUrlConnections> connections) {
        return new SmcRestTemplateBeanPostProcessor(connections);
    }
}
