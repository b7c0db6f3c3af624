package io.smc4j.spring.boot.autoconfigure.tomcat;

import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Names the protocol, as an application may, without giving it a provider. */
@Configuration(proxyBeanMethods = false)
class ProtocolOnly {

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> nameProtocol() {
        return factory -> factory.setProtocol(SmcHttp11NioProtocol.class.getName());
    }
}
