package io.smc4j.spring.boot.versions;

import java.net.URI;
import org.springframework.cloud.openfeign.EnableFeignClients;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;

/** Calls by OpenFeign as well. */
@Configuration(proxyBeanMethods = false)
@EnableFeignClients(clients = FeignApplication.Target.class)
@Import(VersionApplication.class)
class FeignApplication {

    public static void main(String[] arguments) {
        VersionApplication.run(FeignApplication.class, arguments);
    }

    @Bean
    HttpClient feign(Target target) {
        return url -> target.get(URI.create(url));
    }

    @FeignClient(name = "target", url = "http://localhost")
    interface Target {

        @GetMapping
        String get(URI uri);
    }
}
