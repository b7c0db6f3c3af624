package io.smc4j.engine.lab;

import io.smc4j.engine.lab.Guest.End;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** Takes away what carries a link, and brings it back. */
public final class LinkBreaker {

    /** Something that may throw. */
    interface Action {
        void run() throws Exception;
    }

    private LinkBreaker() {
    }

    public static void deleteDevice(End end) throws Exception {
        run("rdma", "link", "delete", end.rdmaDevice());
    }

    public static void addDevice(End end) throws Exception {
        run("rdma", "link", "add", end.rdmaDevice(), "type", "rxe", "netdev", end.networkDevice());
    }

    /**
     * Of devices with the same PNETID the kernel takes the one that came first, which is to be the first wire's; so the
     * second wire's come once more. Waits until nothing uses them: the kernel ends a link group some time after its
     * last connection, and a deletion before that cannot be interrupted.
     */
    static void restoreOrder() throws Exception {
        for (End end : List.of(End.C, End.D)) {
            Awaitility.await().atMost(Guest.patience(Duration.ofSeconds(15))).until(() -> users(end), List::isEmpty);
            deleteDevice(end);
            addDevice(end);
        }
    }

    /** The queue pairs of connections, as {@code rdma} shows them. */
    private static List<String> users(End end) throws Exception {
        try (GuestProcess process = GuestProcess.start("rdma", "resource", "show", "qp", "link",
                end.rdmaDevice() + "/1")) {
            process.awaitSuccess();
            return process.lines().stream().filter(line -> line.contains("type RC")).toList();
        }
    }

    public static void interfaceDown(End end) throws Exception {
        run("ip", "link", "set", end.networkDevice(), "down");
    }

    /** Its route over the wire has gone with it. */
    public static void interfaceUp(End end) throws Exception {
        run("ip", "link", "set", end.networkDevice(), "up");
        int table = (end.ordinal() < 2 ? 100 : 110) + end.ordinal() % 2;
        run("ip", "route", "replace", other(end).ip() + "/32", "dev", end.networkDevice(), "src", end.ip(), "table",
                Integer.toString(table));
    }

    private static End other(End end) {
        return End.values()[end.ordinal() ^ 1];
    }

    private static void run(String... command) throws Exception {
        try (GuestProcess process = GuestProcess.start(command)) {
            process.awaitSuccess();
        }
    }
}
