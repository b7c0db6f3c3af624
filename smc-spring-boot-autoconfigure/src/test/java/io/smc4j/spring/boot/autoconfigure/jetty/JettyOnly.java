package io.smc4j.spring.boot.autoconfigure.jetty;

import org.springframework.boot.web.embedded.jetty.JettyServletWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Jetty, though there is Tomcat as well. */
@Configuration(proxyBeanMethods = false)
class JettyOnly {

    @Bean
    JettyServletWebServerFactory jetty() {
        return new JettyServletWebServerFactory();
    }
}
