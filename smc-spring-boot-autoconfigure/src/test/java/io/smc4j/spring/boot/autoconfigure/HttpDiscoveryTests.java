package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcRuntime;
import io.smc4j.spring.boot.autoconfigure.testsupport.Forwarder;
import io.smc4j.spring.boot.autoconfigure.testsupport.NginxProcess;
import io.smc4j.spring.boot.autoconfigure.testsupport.RecordingServer;
import io.smc4j.spring.boot.autoconfigure.testsupport.ScriptedDiscovery;
import io.smc4j.spring.boot.autoconfigure.testsupport.TestCertificate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.client.RestTemplateBuilder;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.embedded.netty.NettyWebServer;
import org.springframework.boot.web.embedded.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.WebServer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/** All servers and clients: what the header carries, directly and with somebody in between. */
@Timeout(120)
class HttpDiscoveryTests {

    private static final String ON = "smc.discovery.http=true";

    @TempDir
    static Path directory;
    private static TestCertificate certificate;
    /** To start one takes longer than all else. */
    private static final Map<List<String>, ConfigurableApplicationContext> CONTEXTS = new HashMap<>();

    private final List<AutoCloseable> open = new ArrayList<>();

    enum Server {

        TOMCAT(WebApplicationType.SERVLET, TomcatWebServer.class),
        REACTOR_NETTY(WebApplicationType.REACTIVE, NettyWebServer.class);

        private final WebApplicationType type;
        private final Class<? extends WebServer> implementation;

        Server(WebApplicationType type, Class<? extends WebServer> implementation) {
            this.type = type;
            this.implementation = implementation;
        }
    }

    enum Client {

        REST_CLIENT("http-components", (context, url) -> context.getBean(RestClient.Builder.class).build().get()
                .uri(url).retrieve().body(String.class)),
        REST_TEMPLATE("http-components", (context, url) -> context.getBean(RestTemplateBuilder.class).build()
                .getForObject(url, String.class)),
        REST_CLIENT_ON_REACTOR("reactor", (context, url) -> context.getBean(RestClient.Builder.class).build().get()
                .uri(url).retrieve().body(String.class)),
        WEB_CLIENT("http-components", (context, url) -> context.getBean(WebClient.Builder.class).build().get()
                .uri(url).retrieve().bodyToMono(String.class).block(Duration.ofMinutes(1)));

        private final String factory;
        private final BiFunction<ConfigurableApplicationContext, String, String> call;

        Client(String factory, BiFunction<ConfigurableApplicationContext, String, String> call) {
            this.factory = factory;
            this.call = call;
        }
    }

    @BeforeAll
    static void createCertificate() throws Exception {
        certificate = TestCertificate.create(directory);
    }

    @AfterAll
    static void closeContexts() {
        CONTEXTS.values().forEach(ConfigurableApplicationContext::close);
        CONTEXTS.clear();
    }

    @BeforeEach
    void forget() {
        CONTEXTS.values().forEach(context -> discovery(context).reset());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    static Stream<Arguments> pairs() {
        return Arrays.stream(Server.values())
                .flatMap(server -> Arrays.stream(Client.values()).map(client -> Arguments.of(server, client)));
    }

    private static ConfigurableApplicationContext start(WebApplicationType type, String... properties) {
        List<String> key = new ArrayList<>(List.of(properties));
        key.add(type.name());
        return CONTEXTS.computeIfAbsent(key, absent -> new SpringApplicationBuilder(Application.class).web(type)
                .properties("server.port=0", "server.address=127.0.0.1")
                .run(Arrays.stream(properties).map(property -> "--" + property).toArray(String[]::new)));
    }

    private static ConfigurableApplicationContext server(Server server, String... properties) {
        ConfigurableApplicationContext context = start(server.type, properties);
        assertThat(((WebServerApplicationContext) context).getWebServer()).isInstanceOf(server.implementation);
        return context;
    }

    private static ConfigurableApplicationContext client(Client client, String... properties) {
        List<String> all = new ArrayList<>(List.of(properties));
        all.add("spring.http.client.factory=" + client.factory);
        return start(WebApplicationType.NONE, all.toArray(String[]::new));
    }

    private static int port(ConfigurableApplicationContext server) {
        return server.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    private static String url(int port) {
        return "http://127.0.0.1:" + port + "/greeting";
    }

    private static ScriptedDiscovery discovery(ConfigurableApplicationContext context) {
        return context.getBean(FakeSmcRuntime.class).httpDiscovery();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void whoIsConnectedDirectlyLearns(Server kind, Client client) {
        ConfigurableApplicationContext server = server(kind, ON);
        ConfigurableApplicationContext caller = client(client, ON);
        for (int i = 1; i <= 3; i++) {
            assertThat(client.call.apply(caller, url(port(server)))).isEqualTo("hello");
            assertThat(discovery(caller).learned()).as("after call %d", i).hasSize(i)
                    .containsOnly(new InetSocketAddress("127.0.0.1", port(server)));
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void whoIsConnectedDirectlyByTlsLearns(Server kind, Client client) {
        ConfigurableApplicationContext server = server(kind, with(certificate.serverBundle(), ON,
                "server.ssl.bundle=test"));
        ConfigurableApplicationContext caller = client(client, with(certificate.clientBundle(), ON,
                "spring.http.client.ssl.bundle=test", "spring.http.reactiveclient.ssl.bundle=test"));
        assertThat(client.call.apply(caller, "https://localhost:" + port(server) + "/greeting")).isEqualTo("hello");
        assertThat(discovery(caller).learned()).hasSize(1);
    }

    private static String[] with(String[] some, String... more) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void whoIsConnectedToAForwarderDoesNot(Server kind, Client client) throws Exception {
        ConfigurableApplicationContext server = server(kind, ON);
        ConfigurableApplicationContext caller = client(client, ON);
        Forwarder forwarder = new Forwarder(port(server));
        open.add(forwarder);
        assertThat(client.call.apply(caller, url(forwarder.port()))).isEqualTo("hello");
        assertThat(discovery(server).answers()).isEqualTo(1);
        assertThat(discovery(caller).learned()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void whoIsConnectedToNginxDoesNot(Server kind, Client client) throws Exception {
        assumeTrue(NginxProcess.isInstalled(), "needs nginx");
        ConfigurableApplicationContext server = server(kind, ON);
        ConfigurableApplicationContext caller = client(client, ON);
        NginxProcess nginx = NginxProcess.before(port(server), directory);
        open.add(nginx);
        for (int i = 1; i <= 3; i++) {
            assertThat(client.call.apply(caller, url(nginx.port()))).isEqualTo("hello");
        }
        assertThat(discovery(server).answers()).isEqualTo(3);
        assertThat(discovery(caller).learned()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void requestsDifferInTheHeaderOnly(Client client) throws Exception {
        RecordingServer server = RecordingServer.start();
        open.add(server);
        ConfigurableApplicationContext asking = client(client, ON);
        ConfigurableApplicationContext plain = client(client);
        for (ConfigurableApplicationContext caller : List.of(asking, plain)) {
            assertThat(client.call.apply(caller, server.urlByAddress("/status/200"))).startsWith("answer");
        }
        discovery(asking).setSilent();
        assertThat(client.call.apply(asking, server.urlByAddress("/status/200"))).startsWith("answer");
        String asked = server.requests().get(0);
        String header = "SMC-Discovery: [0-9a-f]{16}\r\n";
        assertThat(asked).containsPattern(Pattern.compile(header, Pattern.CASE_INSENSITIVE));
        assertThat(asked.replaceFirst("(?i)" + header, "")).isEqualTo(server.requests().get(1))
                .isEqualTo(server.requests().get(2));
        assertThat(discovery(asking).learned()).as("there was no answer").isEmpty();
        assertThat(discovery(plain).questions()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void responsesDifferInTheHeaderOnly(Server kind) throws Exception {
        ConfigurableApplicationContext telling = server(kind, ON);
        ConfigurableApplicationContext plain = server(kind);
        String question = "SMC-Discovery: 0123456789abcdef\r\n";
        String answer = respond(telling, question);
        assertThat(answer).containsPattern("(?i)SMC-Discovery: 0123456789abcdef client=127.0.0.1:\\d+ server=127.0.0.1:"
                + port(telling) + "\r\n");
        String usual = respond(plain, "");
        assertThat(usual).doesNotContainIgnoringCase("SMC-Discovery");
        assertThat(answer.replaceFirst("(?i)SMC-Discovery: .*\r\n", "")).isEqualTo(usual);
        assertThat(respond(plain, question)).isEqualTo(usual);
        assertThat(respond(telling, "")).isEqualTo(usual);
        assertThat(respond(telling, "SMC-Discovery: x\r\n")).isEqualTo(usual);
        discovery(telling).setSilent();
        assertThat(respond(telling, question)).isEqualTo(usual);
    }

    /** Each of the two hops is asked about by itself, and nothing of the one is heard on the other. */
    @ParameterizedTest
    @EnumSource
    void aGatewayIsAnEndOfEachOfItsHops(Server kind) throws Exception {
        ConfigurableApplicationContext target = server(kind, ON);
        ConfigurableApplicationContext gateway = start(WebApplicationType.REACTIVE, ON,
                "spring.cloud.gateway.server.webflux.enabled=true",
                "spring.cloud.gateway.server.webflux.routes[0].id=all",
                "spring.cloud.gateway.server.webflux.routes[0].uri=http://127.0.0.1:" + port(target),
                "spring.cloud.gateway.server.webflux.routes[0].predicates[0]=Path=/far/**",
                "spring.cloud.gateway.server.webflux.routes[0].filters[0]=StripPrefix=1");
        ConfigurableApplicationContext caller = client(Client.WEB_CLIENT, ON);
        String far = url(port(gateway)).replace("/greeting", "/far/greeting");
        for (int i = 1; i <= 2; i++) {
            assertThat(Client.WEB_CLIENT.call.apply(caller, far)).isEqualTo("hello");
            assertThat(discovery(caller).learned()).hasSize(i)
                    .containsOnly(new InetSocketAddress("127.0.0.1", port(gateway)));
            assertThat(discovery(gateway).learned()).hasSize(i)
                    .containsOnly(new InetSocketAddress("127.0.0.1", port(target)));
        }
        discovery(gateway).setSilent();
        assertThat(Client.WEB_CLIENT.call.apply(caller, far)).isEqualTo("hello");
        assertThat(discovery(caller).learned()).as("the gateway says nothing").hasSize(2);
        assertThat(discovery(target).answers()).as("the target was not asked").isEqualTo(2);
    }

    /** The whole response, but for the date. */
    private static String respond(ConfigurableApplicationContext server, String header) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port(server))) {
            String request = "GET /greeting HTTP/1.1\r\nHost: here\r\nX-Forwarded-For: 192.0.2.1\r\n" + header
                    + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)
                    .replaceFirst("(?i)Date: .*\r\n", "");
        }
    }

    /** Something to serve, on channels that anybody may ask over. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        FakeSmcRuntime smcRuntime() {
            return new FakeSmcRuntime();
        }

        /** With Tomcat on the class path, Boot's choice for reactive applications would be that. */
        @Bean
        @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
        NettyReactiveWebServerFactory webServerFactory() {
            return new NettyReactiveWebServerFactory();
        }

        @RestController
        static class Greeting {

            @GetMapping("/greeting")
            String greet() {
                return "hello";
            }
        }
    }
}
