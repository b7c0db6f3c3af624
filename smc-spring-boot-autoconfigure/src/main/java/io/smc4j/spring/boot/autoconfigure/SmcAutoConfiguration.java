package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.Smc;
import io.smc4j.engine.SmcAgent;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcProvider;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import org.crac.Core;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * Auto-configuration for {@link SmcRuntime}, that is the engine, or what stands in its place where SMC is off. There is
 * nothing of it in an application that excludes smc-engine.
 *
 * <p>The engine is closed after everything that uses it: web servers stop in the context's lifecycle, before beans are
 * destroyed, and beans that hold channels depend on {@link SmcRuntime}. Each context opens an engine of its own, so a
 * restart within the JVM starts anew.
 */
@AutoConfiguration(beforeName = {BootConfigurations.SERVLET_SERVERS_3, BootConfigurations.REACTIVE_SERVERS_3,
        BootConfigurations.SERVLET_TOMCAT_4, BootConfigurations.REACTIVE_TOMCAT_4, BootConfigurations.NETTY_4,
        BootConfigurations.SERVLET_JETTY_4, BootConfigurations.REACTIVE_JETTY_4,
        BootConfigurations.REQUEST_FACTORIES_3, BootConfigurations.REQUEST_FACTORIES_4,
        BootConfigurations.CONNECTORS_3_4, BootConfigurations.CONNECTORS_3_5, BootConfigurations.CONNECTORS_4,
        BootConfigurations.REST_CLIENT_3, BootConfigurations.REST_CLIENT_4, BootConfigurations.REST_TEMPLATE_3,
        BootConfigurations.REST_TEMPLATE_4, BootConfigurations.WEB_CLIENT_3, BootConfigurations.WEB_CLIENT_4})
@ConditionalOnClass(Smc.class)
@EnableConfigurationProperties(SmcProperties.class)
public class SmcAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    SmcRuntime smcRuntime(SmcProperties properties, ObjectProvider<SmcProvider> engine) {
        String cause = SmcSwitches.of(properties).causeOff(Side.ANY);
        if (cause == null) {
            cause = Smc.unavailabilityCause();
        }
        if (cause != null) {
            return new TcpSmcRuntime(properties.enabled(), cause, SmcConfigs.of(properties));
        }
        SmcProvider userDefined = engine.getIfUnique();
        if (userDefined != null) {
            return EngineSmcRuntime.on(userDefined);
        }
        SmcConfig config = SmcConfigs.of(properties);
        return Checkpointed.isPossible() && SmcAgent.installed() == null
                ? RestorableSmcRuntime.open(config) : EngineSmcRuntime.open(config);
    }

    @Bean
    @ConditionalOnMissingBean
    OutdatedConnections smcOutdatedConnections(SmcRuntime runtime) {
        return new OutdatedConnections(runtime);
    }

    @Bean
    @ConditionalOnSwitch(name = "smc.discovery.http")
    DiscoveryHeader smcDiscoveryHeader(SmcRuntime runtime, OutdatedConnections outdated) {
        return new DiscoveryHeader(runtime, outdated);
    }

    @Bean
    SmcStartupLogger smcStartupLogger(SmcRuntime runtime, ObjectProvider<SmcCoverage> coverage) {
        return new SmcStartupLogger(runtime, coverage);
    }

    /** For a JVM with CRaC; with any other nothing comes of it. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Core.class)
    static class Checkpoints {

        @Bean
        @Lazy(false)
        CheckpointHook smcCheckpointHook(SmcRuntime runtime, ObjectProvider<Checkpointed> users) {
            CheckpointHook hook = new CheckpointHook(runtime, users);
            // Refers to it weakly: the hook lives as long as the application.
            Core.getGlobalContext().register(hook);
            return hook;
        }
    }
}
