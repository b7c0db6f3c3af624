package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Auto-configuration for {@link SmcEndpoint}. */
@AutoConfiguration(after = SmcAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(SmcRuntime.class)
@ConditionalOnAvailableEndpoint(SmcEndpoint.class)
public class SmcEndpointAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    SmcEndpoint smcEndpoint(SmcRuntime runtime, ObjectProvider<EndpointAccessResolver> resolver,
            ObjectProvider<SmcCoverage> coverage) {
        EndpointAccessResolver access = resolver.getIfAvailable();
        Access level = (access != null) ? access.accessFor(EndpointId.of("smc"), Access.UNRESTRICTED)
                : Access.UNRESTRICTED;
        return new SmcEndpoint(runtime, level, coverage.stream().toList());
    }

    /** Where Spring Security may protect a reactive application. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    @ConditionalOnClass(name = "org.springframework.security.web.server.csrf.CsrfToken")
    static class ReactiveSecurity {

        @Bean
        CsrfHeaderFilter smcCsrfHeaderFilter(ObjectProvider<PathMappedEndpoints> endpoints) {
            return new CsrfHeaderFilter(endpoints);
        }
    }
}
