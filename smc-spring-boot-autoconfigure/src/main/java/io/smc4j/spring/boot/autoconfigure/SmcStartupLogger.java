package io.smc4j.spring.boot.autoconfigure;

import java.util.stream.Collectors;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/** Says in one line at the start whether SMC is on, and with what, or why not. */
class SmcStartupLogger implements SmartInitializingSingleton {

    private static final Log logger = LogFactory.getLog(SmcAutoConfiguration.class);

    private final SmcRuntime runtime;

    SmcStartupLogger(SmcRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public void afterSingletonsInstantiated() {
        logger.info(message(runtime.report()));
    }

    static String message(SmcReport report) {
        if (!report.available()) {
            return "SMC is off: " + report.cause() + "; HTTP stays on TCP";
        }
        SmcReport.Configuration configuration = report.configuration();
        return "SMC is on: " + sides(configuration) + ", rings " + rings(configuration) + ", memory limit "
                + Sizes.text(configuration.memoryLimit()) + ", " + paths(report);
    }

    /** What carries connections; not a word on RDMA if it is not wanted. */
    private static String paths(SmcReport report) {
        String sharedMemory = report.configuration().sharedMemoryEnabled() ? "shared memory" : "no shared memory";
        return switch (report.rdma().provider()) {
            case KERNEL -> sharedMemory + ", RDMA by the kernel's AF_SMC" + devices(report);
            case NONE -> sharedMemory + objection(report);
            default -> sharedMemory + ", RDMA" + devices(report);
        };
    }

    private static String devices(SmcReport report) {
        return report.devices().isEmpty() ? "" : report.devices().stream().map(SmcReport.Device::name).distinct()
                .collect(Collectors.joining(", ", " (", ")"));
    }

    private static String objection(SmcReport report) {
        boolean wanted = report.configuration().rdma().provider() != SmcProperties.RdmaProvider.NONE;
        return (wanted && report.rdma().objection() != null) ? "; RDMA: " + report.rdma().objection().text() : "";
    }

    private static String sides(SmcReport.Configuration configuration) {
        if (configuration.clientEnabled() && configuration.serverEnabled()) {
            return "client and server";
        }
        return configuration.clientEnabled() ? "client only" : "server only";
    }

    private static String rings(SmcReport.Configuration configuration) {
        String send = Sizes.text(configuration.sendBufferSize());
        String receive = Sizes.text(configuration.receiveBufferSize());
        return send.equals(receive) ? send : send + " to send and " + receive + " to receive";
    }
}
