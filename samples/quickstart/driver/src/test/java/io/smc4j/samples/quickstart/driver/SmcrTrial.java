package io.smc4j.samples.quickstart.driver;

import com.fasterxml.jackson.databind.JsonNode;
import io.smc4j.samples.quickstart.driver.LabApp.Kind;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs in the lab's machine: both applications at the two ends of the wire, with no shared memory, so that what they
 * have to say to each other goes over RDMA. Prints a line for each thing that holds; ends with status 1 at the first
 * that does not.
 */
final class SmcrTrial {

    /** The line printed when all held. */
    static final String DONE = "HOLDS all of it";

    static final String ORDER = """
            {"id": "1", "customer": "C", "lines": [{"sku": "CAB-007", "quantity": 24}]}""";
    private static final int CALLERS = 4;
    /** Far longer than a caller may take to notice that its peer is gone, and than {@link #NOTICE_SECONDS}. */
    private static final int ENDLESS_SECONDS = 600;
    private static final int NOTICE_SECONDS = 60;

    private final Path lab;
    private final List<LabApp> started = new ArrayList<>();

    private SmcrTrial(Path lab) {
        this.lab = lab;
    }

    public static void main(String[] arguments) throws Exception {
        SmcrTrial trial = new SmcrTrial(Path.of(arguments[0]));
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
        LabApp inventory = start(Kind.INVENTORY);
        LabApp catalog = start(Kind.CATALOG);
        inventory.awaitReady();
        catalog.awaitReady();
        carriesAll(inventory, catalog);
        showsAll(inventory, catalog);

        losesPeer(catalog, "/load/rest-template", inventory);
        inventory = start(Kind.INVENTORY);
        inventory.awaitReady();
        returns(catalog, "/offers");
        holds("over SMC-R again, to Tomcat", areSmcr(catalog.calls()));

        load(inventory, "/load/web-client/look-up");
        losesPeer(inventory, "/load/web-client/look-up", catalog);
        catalog = start(Kind.CATALOG, "--smc.enabled=false");
        catalog.awaitReady();
        meetsPeerWithoutSmc(inventory, catalog);

        catalog.kill();
        inventory.kill();
        inventory = startUnannounced(Kind.INVENTORY);
        catalog = startUnannounced(Kind.CATALOG);
        inventory.awaitReady();
        catalog.awaitReady();
        ordersPass(inventory, catalog);
        holds("peers that are named need no announcement", areSmcr(catalog.calls()) && areSmcr(inventory.calls()));
        System.out.println(DONE);
    }

    private LabApp start(Kind kind, String... options) throws IOException {
        LabApp app = LabApp.start(lab, kind, options);
        started.add(app);
        return app;
    }

    private LabApp startUnannounced(Kind kind) throws IOException {
        return start(kind, "--smc.discovery.syn-option=false", "--smc.peers.include=" + kind.otherAddress());
    }

    private static void carriesAll(LabApp inventory, LabApp catalog) throws Exception {
        ordersPass(inventory, catalog);
        load(inventory, "/load/web-client");
        load(inventory, "/load/web-client/look-up");
        holds("WebClient's connections to Reactor Netty are SMC-R", areSmcr(inventory.calls()));
        load(catalog, "/load/rest-template");
        load(catalog, "/load/rest-client");
        holds("RestTemplate's and RestClient's connections to Tomcat are SMC-R", areSmcr(catalog.calls()));
        holds("and so they are where they were accepted",
                areSmcr(inventory.accepted(catalog)) && areSmcr(catalog.accepted(inventory)));
    }

    static void ordersPass(LabApp inventory, LabApp catalog) throws Exception {
        JsonNode offer = catalog.postForJson("/offers", ORDER);
        holds("an order goes from RestClient to Tomcat: " + offer, offer.at("/deliverable").asBoolean());
        JsonNode confirmation = inventory.postForJson("/orders", ORDER);
        holds("an order goes from WebClient to Reactor Netty: " + confirmation,
                confirmation.at("/availability/complete").asBoolean()
                        && confirmation.at("/quote/total").equals(offer.at("/quote/total")));
    }

    static void load(LabApp caller, String path) throws Exception {
        JsonNode result = caller.postForJson(path + "?connections=" + CALLERS + "&seconds=5", "");
        holds(path + ": " + result, result.at("/errors").asInt() == 0 && result.at("/requests").asInt() > 0);
    }

    static boolean areSmcr(List<JsonNode> connections) {
        return !connections.isEmpty() && connections.stream().allMatch(c -> c.at("/mode").asText().equals("SMCR")
                && c.at("/linkGroup").asInt() > 0 && c.at("/link").asInt() > 0);
    }

    private static void showsAll(LabApp inventory, LabApp catalog) throws Exception {
        List<JsonNode> inventorys = inventory.linkGroups();
        List<JsonNode> catalogs = catalog.linkGroups();
        showsLinkGroups(inventory, inventorys);
        showsLinkGroups(catalog, catalogs);
        holds("each link is seen from both ends", links(inventorys, "qpn", "gid", "peerQpn", "peerGid")
                .equals(links(catalogs, "peerQpn", "peerGid", "qpn", "gid")));
        for (LabApp app : List.of(inventory, catalog)) {
            showsDevice(app);
            showsMeters(app);
            JsonNode health = app.get("/actuator/health");
            holds(app.kind() + "'s health is UP: " + health.at("/components/smc"),
                    health.at("/status").asText().equals("UP")
                    && health.at("/components/smc/status").asText().equals("UP")
                    && health.at("/components/smc/details/connections/SMCR").asInt() > 0
                    && health.at("/components/smc/details/rdma/provider").asText().matches("AUTO|VERBS"));
        }
        String text = catalog.text("/actuator/smc");
        System.out.println(text);
        JsonNode link = catalogs.get(0).at("/smcr/links/0");
        holds("all of it is in the table", List.of("SMCR", "SMC4J", "ACTIVE", link.at("/gid").asText(),
                link.at("/peerGid").asText(), link.at("/qpn").asText(), link.at("/peerQpn").asText(), link.at("/device")
                .asText())
                .stream().allMatch(text::contains));
    }

    private static void showsLinkGroups(LabApp app, List<JsonNode> groups) {
        holds(app.kind() + "'s link groups are shown, one for each role: " + groups, groups.size() == 2
                && groups.stream().map(group -> group.at("/role").asText()).collect(Collectors.toSet())
                        .equals(Set.of("CLIENT", "SERVER"))
                && groups.stream().allMatch(group -> group.at("/mode").asText().equals("SMCR")
                        && group.at("/connections").asInt() > 0 && group.at("/ringMemory").asLong() > 0
                        && group.at("/smcr/version").asInt() == 2
                        && group.at("/smcr/links/0/state").asText().equals("ACTIVE")
                        && group.at("/smcr/links/0/device").asText().equals(app.kind().device())
                        && group.at("/smcr/links/0/qpn").asInt() > 0 && group.at("/smcr/links/0/peerQpn").asInt() > 0));
    }

    private static Set<List<String>> links(List<JsonNode> groups, String... fields) {
        return groups.stream()
                .map(group -> Stream.of(fields).map(field -> group.at("/smcr/links/0/" + field).asText()).toList())
                .collect(Collectors.toSet());
    }

    private static void showsDevice(LabApp app) throws Exception {
        JsonNode devices = app.get("/actuator/smc/devices").at("/devices");
        JsonNode device = devices.at("/0");
        holds(app.kind() + "'s device is shown: " + devices, device.at("/name").asText().equals(app.kind().device())
                && device.at("/active").asBoolean() && device.at("/links").asInt() == 2 && device.at("/gids")
                .size() > 1);
    }

    private static void showsMeters(LabApp app) throws Exception {
        double connections = app.meter("smc.connections.active", "mode:smcr");
        double bytes = app.meter("smc.bytes", "mode:smcr");
        double groups = app.meter("smc.rdma.linkgroups");
        double links = app.meter("smc.rdma.links", "state:active");
        holds(app.kind() + "'s meters: " + connections + " connections, " + bytes + " bytes, " + groups
                + " link groups, "
                + links + " links", connections >= CALLERS && bytes > 0 && groups == 2 && links == 2);
    }

    private static void losesPeer(LabApp survivor, String load, LabApp victim) throws Exception {
        CompletableFuture<HttpResponse<String>> underLoad =
                survivor.postLater(load + "?connections=" + CALLERS + "&seconds=" + ENDLESS_SECONDS);
        double before = survivor.meter("smc.bytes", "mode:smcr");
        holds("a load is under way: " + load,
                LabApp.eventually(() -> survivor.meter("smc.bytes", "mode:smcr") > before));
        victim.kill();
        long killed = System.nanoTime();
        try {
            JsonNode result = LabApp.json(underLoad.get(NOTICE_SECONDS, TimeUnit.SECONDS));
            System.out.println("all callers noticed within " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed)
                    + " ms");
            holds("the callers of the killed peer fail: " + result,
                    result.at("/errors").asInt() == CALLERS && result.at("/requests").asInt() > 0);
        } catch (TimeoutException e) {
            holds("the callers of the killed peer fail at once", false);
        }
        holds("its link groups end", LabApp.eventually(() -> survivor.linkGroups().isEmpty()));
        holds("their memory is free", survivor.meter("smc.ring.memory.used") == 0);
    }

    private static void returns(LabApp caller, String path) throws Exception {
        holds("a call to the restarted peer succeeds",
                LabApp.eventually(() -> caller.post(path, ORDER).statusCode() == 200));
    }

    private static void meetsPeerWithoutSmc(LabApp inventory, LabApp catalog) throws Exception {
        returns(inventory, "/orders");
        holds("a peer without SMC is called by TCP, with the reason: " + inventory.calls(), !inventory.calls().isEmpty()
                && inventory.calls().stream().allMatch(c -> isTcp(c, "PEER_WITHOUT_SMC")));
        returns(catalog, "/offers");
        holds("and so are its calls accepted",
                inventory.connections("SERVER").allMatch(c -> isTcp(c, "PEER_WITHOUT_SMC"))
                && inventory.meter("smc.connections.active", "mode:smcr") == 0);
    }

    private static boolean isTcp(JsonNode connection, String reason) {
        return connection.at("/mode").asText().equals("TCP")
                && connection.at("/fallbackReason/name").asText().equals(reason);
    }

    static void holds(String what, boolean held) {
        System.out.println((held ? "HOLDS " : "FAILS ") + what);
        if (!held) {
            throw new IllegalStateException("does not hold: " + what);
        }
    }
}
