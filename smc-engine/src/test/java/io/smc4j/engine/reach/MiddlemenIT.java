package io.smc4j.engine.reach;

import static io.smc4j.engine.reach.TestNetwork.OTHER;
import static io.smc4j.engine.reach.TestNetwork.ROUTER;
import static io.smc4j.engine.reach.TestNetwork.SERVER;
import static io.smc4j.engine.reach.TestNetwork.SERVER_6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What may be between a client and a server that could share memory. Who only changes the address that is called is
 * harmless; who ends or rewrites the connection must leave it to TCP, with not one byte that the application did not
 * send.
 */
class MiddlemenIT extends ReachCases {

    private static final int LENGTH = 60_000;
    private static final int PORT = 9500;
    /** The router shows itself as the client of what goes there. */
    private static final int MASQUERADED_PORT = 9501;
    private static final int PROXY_PORT = 9510;
    private static final int LOCAL_PORT = 7777;
    /** Service addresses that the client's namespace translates; the second one is the other server's. */
    private static final String SERVICE = "10.96.0.1";
    private static final String OTHER_SERVICE = "10.96.0.2";
    private static final String SERVICE_6 = "fd96::1";
    /** A Service address that the router translates. */
    private static final String ROUTED_SERVICE = "10.97.0.1";
    private static final int SERVICE_PORT = 80;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String CLIENT_RULES = """
            nft -f - <<'RULES'
            table ip smc4j {
              chain output {
                type nat hook output priority -100;
                ip daddr 10.96.0.1 tcp dport 80 dnat to 10.99.2.2:9500
                ip daddr 10.96.0.2 tcp dport 80 dnat to 10.99.3.2:9500
              }
            }
            table ip6 smc4j {
              chain output {
                type nat hook output priority -100;
                ip6 daddr fd96::1 tcp dport 80 dnat to [fd99:2::2]:9500
              }
            }
            RULES
            """;
    private static final String ROUTER_RULES = """
            nft -f - <<'RULES'
            table ip smc4j {
              chain prerouting {
                type nat hook prerouting priority -100;
                ip daddr 10.97.0.1 tcp dport 80 dnat to 10.99.2.2:9500
              }
              chain postrouting {
                type nat hook postrouting priority 100;
                ip daddr 10.99.2.2 tcp dport 9501 masquerade
              }
            }
            RULES
            """;

    private static Namespaces namespaces;
    private static AgentProcess client;
    private static AgentProcess server;
    private static AgentProcess other;
    private static boolean translates;

    @BeforeAll
    static void start() throws Exception {
        network = TestNetwork.open();
        namespaces = network.namespaces();
        client = AgentProcess.start(namespaces, network.client());
        server = AgentProcess.start(namespaces, network.server());
        other = AgentProcess.start(namespaces, network.other());
        translates = Namespaces.hasTool("nft");
        if (translates) {
            namespaces.run(network.client(), CLIENT_RULES);
            namespaces.run(network.router(), ROUTER_RULES);
        }
    }

    private static void requireTranslation() {
        if (!translates) {
            Namespaces.skip("needs nft (nftables)");
        }
    }

    @BeforeEach
    void open() throws Exception {
        client.open(directory);
        server.open(directory);
        other.open(directory);
    }

    @Override
    Collection<AgentProcess> agents() {
        return List.of(client, server, other);
    }

    private static void assertServed(AgentProcess by, int port, int connections, String mode) {
        assertThat(by.awaitSeen(port, connections)).contains("modes=" + mode + ":" + connections + " ",
                "bytes=" + connections * (Exchange.HEADER + LENGTH) + " ", "fault=none");
    }

    @ParameterizedTest
    @ValueSource(strings = {SERVICE, SERVICE_6, ROUTED_SERVICE})
    void aTranslatedServiceAddressIsNone(String service) throws IOException {
        requireTranslation();
        server.serve("::", PORT);
        client.awaitSmc(service, SERVICE_PORT, 3, LENGTH);
        server.awaitServedOnSmc(PORT);
    }

    @Test
    void aTranslatedServiceAddressMayMove() throws IOException {
        requireTranslation();
        server.serve(SERVER, PORT);
        client.awaitSmc(SERVICE, SERVICE_PORT, 1, LENGTH);
        server.tell("stop", "s" + PORT);
        server.servePlainly(SERVER, PORT);
        assertThat(client.exchange(SERVICE, SERVICE_PORT, 2, LENGTH)).doesNotContain("SMCD");
        assertServed(server, PORT, 2, "TCP");
    }

    @Test
    void whoChangesTheSourceLeavesItToTcp() throws IOException {
        requireTranslation();
        server.serve(SERVER, MASQUERADED_PORT);
        assertThat(client.exchange(SERVER, MASQUERADED_PORT, 3, LENGTH)).doesNotContain("SMCD");
        assertServed(server, MASQUERADED_PORT, 3, "TCP");
    }

    @Test
    void aForwarderLeavesItToTcp() throws Exception {
        if (!Namespaces.hasTool("socat")) {
            Namespaces.skip("needs socat");
        }
        passThrough("socat", "TCP-LISTEN:9510,fork,reuseaddr", "TCP:" + SERVER + ":" + PORT);
    }

    @Test
    void nginxLeavesStreamsToTcp() throws Exception {
        requireNginx();
        passThrough("nginx", "-p", namespaces.newDirectory("nginx", "rwxr-xr-x").toString(), "-c",
                nginxConfig("stream { server { listen 9510; proxy_pass 10.99.2.2:9500; } }"));
    }

    @Test
    void nginxLeavesRequestsToTcp() throws Exception {
        requireNginx();
        passRequestsThrough("nginx", "-p", namespaces.newDirectory("nginx", "rwxr-xr-x").toString(), "-c",
                nginxConfig("http { access_log off; client_max_body_size 0; client_body_temp_path body;"
                        + " proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;"
                        + " scgi_temp_path scgi; server { listen 9510; location / { proxy_pass http://10.99.2.2:9500;"
                        + " proxy_http_version 1.1; } } }"));
    }

    private static void requireNginx() {
        if (!Namespaces.hasTool("nginx") || !Files.exists(Path.of("/usr/lib/nginx/modules/ngx_stream_module.so"))) {
            Namespaces.skip("needs nginx and libnginx-mod-stream");
        }
    }

    /** With the user that runs it, as nginx gives away its directories, and a user namespace may know no other user. */
    private static String nginxConfig(String server) throws IOException {
        return Files.writeString(namespaces.newPath("nginx"), "user root; daemon off; master_process off;"
                + " error_log stderr; pid nginx.pid;"
                + " load_module /usr/lib/nginx/modules/ngx_stream_module.so; events { } " + server)
                .toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "http"})
    void haproxyLeavesItToTcp(String mode) throws Exception {
        if (!Namespaces.hasTool("haproxy")) {
            Namespaces.skip("needs haproxy");
        }
        String config = haproxyConfig(mode, "");
        if (mode.equals("tcp")) {
            passThrough("haproxy", "-db", "-f", config);
        } else {
            passRequestsThrough("haproxy", "-db", "-f", config);
        }
    }

    private static String haproxyConfig(String mode, String binding) throws IOException {
        return Files.writeString(namespaces.newPath("haproxy"), """
                defaults
                  mode %s
                  timeout connect 10s
                  timeout client 60s
                  timeout server 60s
                listen all
                  bind :9510%s
                  server one 10.99.2.2:9500
                """.formatted(mode, binding)).toString();
    }

    /** What comes out of it is not what the client has sent. */
    @ParameterizedTest
    @ValueSource(strings = {"haproxy", "nginx"})
    void whoEndsTlsLeavesItToTcp(String program) throws Exception {
        if (!Namespaces.hasTool("openssl") || !Namespaces.hasTool(program)) {
            Namespaces.skip("needs openssl and " + program);
        }
        Path pem = namespaces.newPath("certificate");
        namespaces.run(network.router(), "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
                + " -subj /CN=test -days 2 -keyout %1$s.key -out %1$s 2>&1 && cat %1$s.key >> %1$s".formatted(pem));
        if (program.equals("nginx")) {
            requireNginx();
            passTlsThrough("nginx", "-p", namespaces.newDirectory("nginx", "rwxr-xr-x").toString(), "-c",
                    nginxConfig("stream { server { listen 9510 ssl; ssl_certificate %1$s; ssl_certificate_key %1$s;"
                            .formatted(pem) + " proxy_pass 10.99.2.2:9500; } }"));
        } else {
            passTlsThrough("haproxy", "-db", "-f", haproxyConfig("tcp", " ssl crt " + pem));
        }
    }

    private static void passTlsThrough(String... program) throws Exception {
        whileRunning(program,
                () -> assertThat(client.exchangeByTls(ROUTER, PROXY_PORT, 3, LENGTH)).doesNotContain("SMCD"));
    }

    private static void passThrough(String... program) throws Exception {
        whileRunning(program, () -> assertThat(client.exchange(ROUTER, PROXY_PORT, 3, LENGTH)).doesNotContain("SMCD"));
    }

    private static void passRequestsThrough(String... program) throws Exception {
        whileRunning(program,
                () -> assertThat(client.exchangeByHttp(ROUTER, PROXY_PORT, 3, LENGTH)).doesNotContain("SMCD"));
    }

    private interface Use {

        void run() throws IOException;
    }

    private static void whileRunning(String[] program, Use use) throws Exception {
        server.serve("::", PORT);
        Process process = namespaces.start(network.router(), program);
        try {
            await().atMost(PATIENCE).until(() -> {
                try {
                    client.tell("connect", "try", Agent.NONE, ROUTER, PROXY_PORT, 1, 0);
                    return true;
                } catch (AssertionError e) {
                    assertThat(process.isAlive()).as("%s runs", program[0]).isTrue();
                    return false;
                }
            });
            client.tell("hang-up", "try");
            use.run();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(server.tell("seen", "s" + PORT)).contains(
                    "modes=TCP:3 ", "bytes=" + 3 * (Exchange.HEADER + LENGTH) + " ", "fault=none"));
        } finally {
            Namespaces.kill(process);
        }
    }

    @Test
    void aServerAtTheSameAddressElsewhereIsNotMeant() throws IOException {
        other.serve(SERVER, PORT);
        server.servePlainly(SERVER, PORT);
        assertThat(client.exchange(SERVER, PORT, 3, LENGTH)).doesNotContain("SMCD");
        assertServed(server, PORT, 3, "TCP");
        assertThat(other.tell("seen", "s" + PORT)).contains("connections=0 ");
    }

    @Test
    void ofTwoServersAtTheSameAddressTheRightOneIsMet() throws IOException {
        other.serve(SERVER, PORT);
        server.serve(SERVER, PORT);
        client.awaitSmc(SERVER, PORT, 3, LENGTH);
        server.awaitServedOnSmc(PORT);
        assertThat(other.tell("seen", "s" + PORT)).contains("connections=0 ");
    }

    /** The engine that had the address still listens, and knows nothing of it. */
    @Test
    void anAddressMayMoveToAServerOfPlainTcp() throws Exception {
        server.serve("::", PORT);
        other.servePlainly("::", PORT);
        for (String address : List.of(SERVER, SERVER_6)) {
            client.awaitSmc(address, PORT, 1, LENGTH);
        }
        String way = "ip route %1$s 10.99.2.2/32 via 10.99.3.2; ip -6 route %1$s fd99:2::2/128 via fd99:3::2";
        namespaces.run(network.router(), way.formatted("add"));
        try {
            for (String address : List.of(SERVER, SERVER_6)) {
                assertThat(client.exchange(address, PORT, 2, LENGTH)).doesNotContain("SMCD");
            }
            assertServed(other, PORT, 4, "TCP");
        } finally {
            namespaces.run(network.router(), way.formatted("del"));
        }
        client.awaitSmc(SERVER, PORT, 1, LENGTH);
    }

    @ParameterizedTest
    @CsvSource({SERVER + "," + PORT + "," + OTHER + "," + PORT,
        SERVICE + "," + SERVICE_PORT + "," + OTHER_SERVICE + "," + SERVICE_PORT})
    void aPortOfTheClientMayLeadToTwoServers(String host, int port, String otherHost, int otherPort)
            throws IOException {
        if (!host.equals(SERVER)) {
            requireTranslation();
        }
        server.serve("::", PORT);
        other.servePlainly("::", PORT);
        client.tell("connect", "one", "e", host, port, 1, LOCAL_PORT);
        client.tell("exchange", "one", LENGTH);
        client.tell("connect", "two", "e", otherHost, otherPort, 1, LOCAL_PORT);
        assertThat(client.tell("exchange", "two", LENGTH)).doesNotContain("SMCD");
        client.tell("hang-up", "one");
        client.tell("hang-up", "two");
        assertServed(other, PORT, 1, "TCP");
        assertThat(server.awaitSeen(PORT, 1)).contains("bytes=" + (Exchange.HEADER + LENGTH) + " ", "fault=none");
    }
}
