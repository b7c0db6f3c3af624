package io.smc4j.spring.boot.autoconfigure;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A web application that asks itself a few questions and ends. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class ProbeApplication {

    /** Prints the answers to the GET requests of its last arguments, paths all. */
    public static void main(String[] arguments) throws IOException {
        try (ConfigurableApplicationContext context = SpringApplication.run(ProbeApplication.class, arguments)) {
            String port = context.getEnvironment().getRequiredProperty("local.server.port");
            for (String argument : arguments) {
                if (argument.startsWith("/")) {
                    System.out.println("ANSWER " + argument + " "
                            + get(URI.create("http://localhost:" + port + argument)));
                }
            }
        }
    }

    private static String get(URI uri) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        return connection.getResponseCode() + " " + (connection.getResponseCode() != 200 ? ""
                : new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    /** Something to serve. */
    @RestController
    static class Greeting {

        @GetMapping("/greeting")
        String greet() {
            return "hello";
        }
    }
}
