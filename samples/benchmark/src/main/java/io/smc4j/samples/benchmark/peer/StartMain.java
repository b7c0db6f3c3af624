package io.smc4j.samples.benchmark.peer;

import java.io.IOException;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** A Spring Boot application, with the starter if it is on the class path. Is ready when it listens. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class StartMain {

    /** Runs until its input ends. */
    public static void main(String[] arguments) throws IOException {
        try (ConfigurableApplicationContext context = SpringApplication.run(StartMain.class, "--server.port=0",
                "--spring.main.banner-mode=off", "--logging.level.root=off")) {
            System.out.println("ready");
            while (System.in.read() >= 0) {
                // Commands have no meaning here.
            }
        }
    }
}
