package io.smc4j.engine.report;

import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcSnapshot;
import java.util.stream.Collectors;

/** What an engine that has just opened is going to do, in one line. */
public final class StartLine {

    private StartLine() {
    }

    /** @param subject what it carries, such as {@code client and server} */
    public static String text(String subject, SmcConfig config, SmcSnapshot snapshot) {
        return subject + ", rings up to " + rings(config.buffers()) + ", memory limit "
                + Sizes.text(config.memoryLimit()) + ", " + paths(config, snapshot);
    }

    /** What carries connections; not a word on RDMA if it is not wanted. */
    private static String paths(SmcConfig config, SmcSnapshot snapshot) {
        String sharedMemory = config.sharedMemory().enabled()
                ? "shared memory (" + directory(snapshot.sharedMemory()) + ")" : "no shared memory";
        SmcSnapshot.Rdma rdma = snapshot.rdma();
        return switch (rdma.provider()) {
            case KERNEL -> sharedMemory + ", RDMA by the kernel's AF_SMC" + devices(rdma);
            case NONE -> sharedMemory + objection(config, rdma);
            default -> sharedMemory + ", RDMA" + devices(rdma);
        };
    }

    private static String directory(SmcSnapshot.SharedMemory sharedMemory) {
        int others = sharedMemory.engines().size();
        return ((sharedMemory.directory() == null) ? "no directory"
                : "directory " + sharedMemory.directory() + ", " + ((others == 0) ? "no other engine yet"
                : others + ((others == 1) ? " other engine" : " other engines")))
                + ((sharedMemory.objection() != null) ? ": " + sharedMemory.objection() : "");
    }

    private static String devices(SmcSnapshot.Rdma rdma) {
        return rdma.devices().isEmpty() ? "" : rdma.devices().stream().map(SmcSnapshot.Device::name).distinct()
                .collect(Collectors.joining(", ", " (", ")"));
    }

    private static String objection(SmcConfig config, SmcSnapshot.Rdma rdma) {
        boolean wanted = config.rdma().provider() != RdmaConfig.Provider.NONE;
        return (wanted && rdma.objection() != null) ? "; RDMA: " + rdma.objection().text() : "";
    }

    private static String rings(SmcConfig.Buffers buffers) {
        String send = Sizes.text(buffers.sendSize());
        String receive = Sizes.text(buffers.receiveSize());
        return send.equals(receive) ? send : send + " to send and " + receive + " to receive";
    }
}
