package io.smc4j.spring.boot.autoconfigure.crac;

import io.smc4j.engine.SmcMode;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/** Calls itself before and after a checkpoint, by clients that it keeps. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class CheckpointApplication {

    public static void main(String[] arguments) throws Exception {
        boolean reactive = Arrays.asList(arguments).contains("--spring.main.web-application-type=reactive");
        Class<?>[] sources = reactive
                ? new Class<?>[] {CheckpointApplication.class, NettyReactiveWebServerFactory.class}
                : new Class<?>[] {CheckpointApplication.class};
        try (ConfigurableApplicationContext context = SpringApplication.run(sources, arguments)) {
            RestClient restClient = reactive ? null : context.getBean(RestClient.Builder.class).build();
            WebClient webClient = context.getBean(WebClient.Builder.class).build();
            call("BEFORE", context, restClient, webClient);
            org.crac.Core.checkpointRestore();
            call("AFTER", context, restClient, webClient);
        }
        // Spring has a thread that keeps a restored process alive.
        System.exit(0);
    }

    private static void call(String when, ConfigurableApplicationContext context, RestClient restClient,
            WebClient webClient) {
        SmcRuntime smc = context.getBean(SmcRuntime.class);
        String url = "http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port")
                + "/greeting";
        if (restClient != null) {
            say(when, "RestClient", restClient.get().uri(url).retrieve().body(String.class), smc);
        }
        say(when, "WebClient", webClient.get().uri(url).retrieve().bodyToMono(String.class).block(), smc);
    }

    private static void say(String when, String client, String answer, SmcRuntime smc) {
        System.out.println(when + " " + client + " " + answer + " by " + (smc.snapshot().connections().stream()
                .allMatch(connection -> connection.mode() == SmcMode.SMCD) ? "SMCD" : smc.snapshot().connections()));
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
