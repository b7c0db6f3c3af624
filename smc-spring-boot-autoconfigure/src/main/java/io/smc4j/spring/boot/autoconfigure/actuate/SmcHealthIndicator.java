package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.spring.boot.autoconfigure.SmcReport;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;

/**
 * {@link org.springframework.boot.actuate.health.HealthIndicator HealthIndicator} for SMC. An application on TCP works,
 * and restarting it would not help: it is up, with the cause as a detail, and so it is without RDMA.
 */
public class SmcHealthIndicator extends AbstractHealthIndicator {

    private final SmcRuntime runtime;

    /** Tells of a runtime. */
    public SmcHealthIndicator(SmcRuntime runtime) {
        super("SMC health check failed");
        this.runtime = runtime;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        SmcReport report = runtime.report();
        builder.up().withDetail("available", report.available());
        if (!report.available()) {
            builder.withDetail("cause", report.cause());
            return;
        }
        Map<String, Long> fallbacks = new LinkedHashMap<>();
        report.fallbacks().forEach((fallback) -> fallbacks.put(fallback.reason().name(), fallback.count()));
        builder.withDetail("connections", report.connectionsByMode()).withDetail("fallbacks", fallbacks)
                .withDetail("rdma", rdma(report.rdma()));
    }

    private static Map<String, String> rdma(SmcReport.Rdma rdma) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("provider", rdma.provider().name());
        if (rdma.objection() != null) {
            details.put("objection", rdma.objection().name());
            details.put("text", rdma.objection().text());
        }
        return details;
    }
}
