package io.smc4j.engine.cli;

import io.smc4j.engine.os.verbs.GidEntry;
import io.smc4j.engine.os.verbs.MemoryRegion;
import io.smc4j.engine.os.verbs.ProtectionDomain;
import io.smc4j.engine.os.verbs.Verbs;
import io.smc4j.engine.os.verbs.VerbsContext;
import io.smc4j.engine.os.verbs.VerbsException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens each RDMA device and pins a ring once. Whether the library has a driver, the process may open the device and
 * lock memory, only a trial tells.
 *
 * @param ports active ports of devices that passed, such as {@code mlx5_0/1 (eth0)}
 * @param cause why there is none, in one line; {@code null} if there is one
 * @param hint what can be done about it; may be empty
 */
record RdmaTrial(List<String> ports, String cause, String hint) {

    /** The ring of a connection, unless configured otherwise. */
    private static final long RING_SIZE = 256 * 1024;

    /** What came of it. Of several failures the first one is told. */
    static RdmaTrial run() {
        List<String> ports = new ArrayList<>();
        List<RdmaTrial> failures = new ArrayList<>();
        try {
            Verbs verbs = Verbs.load();
            List<String> devices = verbs.deviceNames();
            for (String device : devices) {
                try {
                    ports.addAll(activePorts(verbs, device));
                } catch (VerbsException e) {
                    failures.add(failed(e.getMessage(), e.hint()));
                }
            }
            failures.add(devices.isEmpty() ? failed("no verbs device", "")
                    : failed("no active port", "see ibv_devinfo"));
        } catch (VerbsException e) {
            failures.add(failed(e.getMessage(), e.hint()));
        }
        return ports.isEmpty() ? failures.getFirst() : new RdmaTrial(List.copyOf(ports), null, "");
    }

    private static RdmaTrial failed(String cause, String hint) {
        return new RdmaTrial(List.of(), cause, hint);
    }

    private static List<String> activePorts(Verbs verbs, String device) throws VerbsException {
        List<String> ports = new ArrayList<>();
        try (VerbsContext context = verbs.open(device)) {
            pin(context);
            for (int port = 1; port <= context.ports(); port++) {
                if (context.port(port).active()) {
                    List<String> interfaces = context.gids(port).stream()
                            .map(GidEntry::netdev)
                            .filter(name -> !name.isEmpty())
                            .distinct()
                            .toList();
                    ports.add(device + "/" + port
                            + (interfaces.isEmpty() ? "" : " (" + String.join(", ", interfaces) + ")"));
                }
            }
        }
        return ports;
    }

    private static void pin(VerbsContext context) throws VerbsException {
        try (Arena arena = Arena.ofConfined(); ProtectionDomain domain = context.allocateProtectionDomain()) {
            MemoryRegion region = domain.register(arena.allocate(RING_SIZE, 4096), true);
            region.close();
        }
    }
}
