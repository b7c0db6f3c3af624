package io.smc4j.spring.boot.versions;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What applications have beside smc4j: each is to work as without it, and SMC as without each. */
class NeighboursIT {

    private static final Predicate<String> NO_TOMCAT =
            jar -> !jar.startsWith("tomcat-") && !jar.startsWith("spring-boot-tomcat");

    private static ApplicationProcess target;

    @BeforeAll
    static void start() throws Exception {
        target = ApplicationProcess.startWith("", "target", SocketApplication.class, NO_TOMCAT,
                "--spring.main.web-application-type=reactive");
    }

    @AfterAll
    static void stop() throws Exception {
        try (ApplicationProcess last = target) {
            target = null;
        }
    }

    @Test
    void openFeignWithHttpComponentsIsCarried() throws Exception {
        try (ApplicationProcess feign = feign(jar -> true)) {
            assertThat(feign.lines("SMC is on: ")).singleElement().asString()
                    .contains("clients: OpenFeign, RestClient and RestTemplate, WebClient").doesNotContain("on TCP");
            Calls.carried(feign, "feign", target, "/hello", "hello");
            Calls.carried(feign, "restClient", target, "/hello", "hello");
        }
    }

    @Test
    void openFeignWithAnotherClientStaysOnTcp() throws Exception {
        try (ApplicationProcess feign = feign(jar -> !jar.startsWith("feign-hc5"))) {
            assertThat(feign.lines("SMC is on: ")).singleElement().asString()
                    .contains("on TCP: OpenFeign (its client is not Apache HttpComponents");
            long sent = Calls.bytes(feign, "sent");
            assertThat(Calls.answer(feign, "feign", target, "/hello")).isEqualTo("hello");
            assertThat(Calls.bytes(feign, "sent")).isEqualTo(sent);
        }
    }

    private static ApplicationProcess feign(Predicate<String> jars) throws IOException {
        return ApplicationProcess.startWith("spring-cloud-(?!gateway).*|feign.*", "feign", FeignApplication.class, jars,
                "--spring.main.web-application-type=servlet");
    }

    @Test
    void bothSidesOfAGatewayAreCarried() throws Exception {
        String route = "--spring.cloud.gateway.server.webflux.routes[0].";
        try (ApplicationProcess gateway = ApplicationProcess.startWith("spring-cloud-.*", "gateway",
                VersionApplication.class, NO_TOMCAT.and(jar -> !jar.contains("openfeign")),
                "--spring.main.web-application-type=reactive", route + "id=all", route + "uri=" + target.url(),
                route + "predicates[0]=Path=/via/**", route + "filters[0]=StripPrefix=1");
                ApplicationProcess caller = ApplicationProcess.startWith("", "caller", SocketApplication.class,
                        NO_TOMCAT, "--spring.main.web-application-type=reactive")) {
            for (String[] call : new String[][] {{"webClient", "/hello", "hello"},
                    {"webSocket", "/socket", "you said hello"}}) {
                long sent = Calls.bytes(gateway, "sent");
                long received = Calls.bytes(target, "received");
                Calls.carried(caller, call[0], gateway, "/via" + call[1], call[2]);
                assertThat(Calls.bytes(gateway, "sent")).isGreaterThan(sent);
                assertThat(Calls.bytes(target, "received")).as(call[0]).isGreaterThan(received);
            }
            assertThat(JsonPath.<List<String>>read(gateway.get("/actuator/smc"), "$.coverage[?(@.carried)].kind"))
                    .contains("Spring Cloud Gateway", "Reactor Netty");
        }
    }

    @Test
    void beansMayBeLazy() throws Exception {
        try (ApplicationProcess lazy = ApplicationProcess.start("lazy", jar -> true,
                "--spring.main.web-application-type=servlet", "--spring.main.lazy-initialization=true")) {
            assertThat(lazy.lines("SMC is on: ")).singleElement().asString()
                    .contains("; server: Tomcat, clients: RestClient and RestTemplate, WebClient");
            for (String client : List.of("restClient", "webClient", "restTemplateBean", "builtRestTemplate")) {
                Calls.carried(lazy, client, target, "/hello", "hello");
            }
            Calls.carried(target, "webClient", lazy, "/hello", "hello");
        }
    }

    @Test
    void dockerComposeAndTestcontainersMayBeThere() throws Exception {
        try (ApplicationProcess containers = ApplicationProcess.startWith(
                "testcontainers.*|spring-boot-(docker-compose|testcontainers).*", "containers",
                VersionApplication.class, jar -> true, "--spring.main.web-application-type=servlet",
                "--spring.docker.compose.enabled=false")) {
            assertThat(containers.lines("SMC is on: ")).hasSize(1);
            Calls.carried(containers, "restClient", target, "/hello", "hello");
            Calls.carried(target, "webClient", containers, "/hello", "hello");
        }
    }

    /** The application's classes are loaded anew, smc4j's are not. */
    @Test
    void devtoolsRestartsTheApplication() throws Exception {
        Path changing = Path.of(VersionApplication.class.getResource("/").toURI()).resolve("changing.txt");
        Files.writeString(changing, "");
        try (ApplicationProcess application = ApplicationProcess.startWith("spring-boot-devtools.*", "devtools",
                VersionApplication.class, jar -> true, "--spring.main.web-application-type=servlet",
                "--spring.devtools.restart.poll-interval=200ms", "--spring.devtools.restart.quiet-period=100ms")) {
            Calls.carried(application, "restClient", target, "/hello", "hello");
            List<String> threads = smcThreads(application);
            long descriptors = engineDescriptors(application);
            assertThat(threads).isNotEmpty();
            assertThat(descriptors).isPositive();
            for (int starts = 2; starts <= 3; starts++) {
                Files.setLastModifiedTime(changing, FileTime.from(starts, TimeUnit.DAYS));
                application.awaitStarts(starts);
                assertThat(application.lines("SMC is on: ")).hasSize(starts);
                Calls.carried(application, "restClient", target, "/hello", "hello");
                Calls.carried(target, "webClient", application, "/hello", "hello");
            }
            Awaitility.await().untilAsserted(() -> {
                assertThat(smcThreads(application)).hasSizeLessThanOrEqualTo(threads.size());
                assertThat(engineDescriptors(application)).isLessThanOrEqualTo(descriptors);
            });
        } finally {
            Files.delete(changing);
        }
    }

    private static List<String> smcThreads(ApplicationProcess application) throws Exception {
        return application.jcmd("Thread.print").lines().filter(line -> line.startsWith("\"smc")).toList();
    }

    /** Memory shared with peers, and the sockets by which engines meet. */
    private static long engineDescriptors(ApplicationProcess application) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + application.pid() + "/fd"))) {
            return descriptors.filter(NeighboursIT::isEngines).count();
        }
    }

    private static boolean isEngines(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("memfd:");
        } catch (IOException e) {
            return false;
        }
    }
}
