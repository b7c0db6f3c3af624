package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/** Says in one line at the start whether SMC is on, and with what, or why not. */
class SmcStartupLogger implements SmartInitializingSingleton {

    private static final Log logger = LogFactory.getLog(SmcAutoConfiguration.class);

    private final SmcRuntime runtime;
    private final ObjectProvider<SmcCoverage> coverage;

    SmcStartupLogger(SmcRuntime runtime, ObjectProvider<SmcCoverage> coverage) {
        this.runtime = runtime;
        this.coverage = coverage;
    }

    @Override
    public void afterSingletonsInstantiated() {
        logger.info(message(runtime.report(), coverage.stream().toList()));
    }

    static String message(SmcReport report, List<SmcCoverage> coverage) {
        if (!report.available()) {
            return "SMC is off: " + report.cause() + "; HTTP stays on TCP";
        }
        SmcReport.Configuration configuration = report.configuration();
        return "SMC is on: " + sides(configuration, coverage) + ", rings " + rings(configuration) + ", memory limit "
                + Sizes.text(configuration.memoryLimit()) + ", " + paths(report)
                + kinds(coverage);
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

    /** What is switched on, as far as there is any client or server to be carried. */
    private static String sides(SmcReport.Configuration configuration, List<SmcCoverage> coverage) {
        boolean client = configuration.clientEnabled() && isUsed(Side.CLIENT, coverage);
        boolean server = configuration.serverEnabled() && isUsed(Side.SERVER, coverage);
        if (client && server) {
            return "client and server";
        }
        return client ? "client only" : server ? "server only" : "neither client nor server";
    }

    private static boolean isUsed(Side side, List<SmcCoverage> coverage) {
        return coverage.isEmpty() || coverage.stream().anyMatch(kind -> kind.isCarried(side));
    }

    private static String kinds(List<SmcCoverage> coverage) {
        String carried = coverage.stream().filter(SmcCoverage::isCarried).map(SmcCoverage::kind).distinct()
                .collect(Collectors.joining(", "));
        String left = coverage.stream().filter(kind -> kind.objection() != null)
                .map(kind -> kind.kind() + " (" + kind.objection() + ")").collect(Collectors.joining(", "));
        return (carried.isEmpty() ? "" : "; carries " + carried) + (left.isEmpty() ? "" : "; leaves on TCP " + left);
    }

    private static String rings(SmcReport.Configuration configuration) {
        String send = Sizes.text(configuration.sendBufferSize());
        String receive = Sizes.text(configuration.receiveBufferSize());
        return send.equals(receive) ? send : send + " to send and " + receive + " to receive";
    }
}
