package io.smc4j.engine.reach;

import io.smc4j.engine.reach.Namespaces.Space;
import java.io.IOException;
import java.util.List;

/**
 * A client and two servers, each in a network namespace of its own, with a router in between. The second server also
 * has the first one's addresses, which nobody reaches by way of the router.
 */
final class TestNetwork implements AutoCloseable {

    static final String CLIENT = "10.99.1.2";
    static final String CLIENT_6 = "fd99:1::2";
    static final String ROUTER = "10.99.1.1";
    static final String SERVER = "10.99.2.2";
    static final String SERVER_6 = "fd99:2::2";
    static final String OTHER = "10.99.3.2";

    private final Namespaces namespaces;
    private final Space client;
    private final Space router;
    private final Space server;
    private final Space other;

    private TestNetwork(Namespaces namespaces) throws IOException, InterruptedException {
        this.namespaces = namespaces;
        this.router = namespaces.add();
        this.client = namespaces.add();
        this.server = namespaces.add();
        this.other = namespaces.add();
        namespaces.run(router, "echo 1 > /proc/sys/net/ipv4/ip_forward; "
                + "echo 1 > /proc/sys/net/ipv6/conf/all/forwarding");
        connect(client, 1);
        connect(server, 2);
        connect(other, 3);
        namespaces.run(other, "ip addr add " + SERVER + "/32 dev lo; ip addr add " + SERVER_6 + "/128 dev lo");
    }

    private void connect(Space space, int number) throws IOException, InterruptedException {
        String net4 = "10.99." + number + ".";
        String net6 = "fd99:" + number + "::";
        namespaces.join(router, List.of("to" + number, net4 + "1/24", net6 + "1/64"),
                space, List.of("wire", net4 + "2/24", net6 + "2/64"));
        namespaces.run(space, "ip route add default via " + net4 + "1; ip -6 route add default via " + net6 + "1");
    }

    /** Skips the test where there can be no such network. */
    static TestNetwork open() throws Exception {
        Namespaces namespaces = Namespaces.open();
        try {
            return new TestNetwork(namespaces);
        } catch (IOException | InterruptedException e) {
            namespaces.close();
            throw e;
        }
    }

    Namespaces namespaces() {
        return namespaces;
    }

    Space client() {
        return client;
    }

    Space router() {
        return router;
    }

    Space server() {
        return server;
    }

    /** Where a second server can run, at the same addresses and ports if need be. */
    Space other() {
        return other;
    }

    @Override
    public void close() throws Exception {
        namespaces.close();
    }
}
