package io.smc4j.samples.quickstart.driver;

import static io.smc4j.samples.quickstart.driver.SmcrTrial.areSmcr;
import static io.smc4j.samples.quickstart.driver.SmcrTrial.holds;
import static io.smc4j.samples.quickstart.driver.SmcrTrial.ordersPass;

import com.fasterxml.jackson.databind.JsonNode;
import io.smc4j.samples.quickstart.driver.LabApp.Kind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs in the lab's machine: both applications at the two ends of the wire, as processes that may load no BPF program,
 * so that only HTTP can tell of SMC. It is the inventory that asks: the catalog calls by a RestTemplate made by new.
 * Prints a line for each thing that holds; ends with status 1 at the first that does not.
 */
final class HttpDiscoveryTrial {

    private static final String BY_HTTP = "--smc.discovery.http=true";
    private static final int NGINX_PORT = 8090;
    private static final int ORDERS = 5;

    private final Path lab;
    private final List<LabApp> started = new ArrayList<>();

    private HttpDiscoveryTrial(Path lab) {
        this.lab = lab;
    }

    public static void main(String[] arguments) throws Exception {
        HttpDiscoveryTrial trial = new HttpDiscoveryTrial(Path.of(arguments[0]));
        try {
            trial.run();
        } catch (Exception e) {
            for (LabApp app : trial.started) {
                System.out.println(app.kind() + " printed:");
                app.lastWords().forEach(System.out::println);
            }
            throw e;
        } finally {
            for (LabApp app : trial.started) {
                app.close();
            }
        }
    }

    private void run() throws Exception {
        LabApp inventory = start(Kind.INVENTORY, Kind.INVENTORY.otherAddress());
        LabApp catalog = start(Kind.CATALOG, Kind.CATALOG.otherAddress());
        inventory.awaitReady();
        catalog.awaitReady();
        comeToSmcr(inventory, catalog);

        inventory.kill();
        Path directory = Files.createTempDirectory("nginx");
        Process nginx = startNginx(directory);
        try {
            inventory = start(Kind.INVENTORY, nginxAddress());
            inventory.awaitReady();
            staysOnTcp(inventory, directory);
        } finally {
            nginx.destroyForcibly().waitFor();
        }
        System.out.println(SmcrTrial.DONE);
    }

    private LabApp start(Kind kind, String other) throws IOException {
        LabApp app = LabApp.startWithoutRights(other, lab, kind, BY_HTTP);
        started.add(app);
        return app;
    }

    private static void comeToSmcr(LabApp inventory, LabApp catalog) throws Exception {
        holds("WebClient's calls come to go over SMC-R", LabApp.eventually(() -> {
            ordersPass(inventory, catalog);
            return areSmcr(inventory.calls());
        }));
        holds("and so they do where they were accepted", areSmcr(catalog.accepted(inventory)));
        JsonNode report = inventory.get("/actuator/smc");
        holds("they began with TCP, as nothing was announced: " + report.at("/fallbacks"),
                report.at("/fallbacks").findValuesAsText("name").stream()
                        .anyMatch(name -> name.matches("PEER_WITHOUT_SMC|NOT_ANNOUNCED")));
        holds("the listener is shown that has told: " + report.at("/learnedListeners"),
                report.at("/learnedListeners/0").asText().equals(Kind.INVENTORY.otherAddress()));
    }

    // ---- somebody in between

    private static String nginxAddress() {
        return System.getenv("LAB_IP_B") + ":" + NGINX_PORT;
    }

    private static Process startNginx(Path directory) throws Exception {
        Path configuration = Files.writeString(directory.resolve("nginx.conf"), """
                daemon off; master_process off; user root; error_log stderr; pid nginx.pid;
                events { }
                http {
                    access_log access.log; client_body_temp_path body; proxy_temp_path proxy;
                    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                    server {
                        listen %s;
                        location / { proxy_pass http://%s; proxy_http_version 1.1; }
                    }
                }
                """.formatted(nginxAddress(), Kind.CATALOG.address()));
        Process nginx = new ProcessBuilder("/usr/sbin/nginx", "-p", directory.toString(), "-c",
                configuration.toString()).inheritIO().start();
        holds("nginx listens", LabApp.eventually(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(System.getenv("LAB_IP_B"), NGINX_PORT));
                return true;
            }
        }));
        return nginx;
    }

    private static void staysOnTcp(LabApp inventory, Path nginx) throws Exception {
        for (int i = 0; i < ORDERS; i++) {
            holds("an order goes by way of nginx", inventory.post("/orders", SmcrTrial.ORDER).statusCode() == 200);
        }
        JsonNode report = inventory.get("/actuator/smc");
        holds("nothing is learned of nginx: " + report.at("/learnedListeners"),
                report.at("/learnedListeners").isArray() && report.at("/learnedListeners").isEmpty());
        List<JsonNode> calls = inventory.connections("CLIENT")
                .filter(c -> c.at("/peer").asText().equals(nginxAddress())).toList();
        holds("its connections are TCP: " + calls,
                !calls.isEmpty() && calls.stream().allMatch(c -> c.at("/mode").asText().equals("TCP")));
        List<String> requests = Files.readAllLines(nginx.resolve("access.log"));
        holds("and nginx saw requests only: " + requests, requests.size() >= ORDERS
                && requests.stream().allMatch(line -> line.contains(" HTTP/1.1\" 200 ")));
    }
}
