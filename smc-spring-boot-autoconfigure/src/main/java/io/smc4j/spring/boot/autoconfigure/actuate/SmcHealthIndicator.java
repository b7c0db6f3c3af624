package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.engine.SmcResources;
import io.smc4j.engine.SmcSnapshot;
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
        builder.up().withDetail("available", runtime.isAvailable());
        if (!runtime.isAvailable()) {
            builder.withDetail("cause", runtime.unavailabilityCause());
            return;
        }
        SmcSnapshot snapshot = runtime.snapshot();
        Map<String, Long> fallbacks = new LinkedHashMap<>();
        snapshot.fallbacks().forEach((reason, count) -> fallbacks.put(reason.name(), count));
        builder.withDetail("connections", snapshot.connectionsByMode()).withDetail("fallbacks", fallbacks)
                .withDetail("rdma", rdma(snapshot.rdma()));
        Map<String, String> scarce = scarce(snapshot.resources());
        if (!scarce.isEmpty()) {
            builder.withDetail("scarce", scarce);
        }
    }

    /** What is scarce, with what to do about it. */
    private static Map<String, String> scarce(SmcResources resources) {
        Map<String, String> details = new LinkedHashMap<>();
        resources.kinds().forEach((kind, resource) -> {
            if (resource.scarce()) {
                details.put(kind.name(), resource.percent() + " % of " + resource.limit() + " in use; " + kind.lever());
            }
        });
        return details;
    }

    private static Map<String, String> rdma(SmcSnapshot.Rdma rdma) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("provider", rdma.provider().name());
        if (rdma.objection() != null) {
            details.put("objection", rdma.objection().name());
            details.put("text", rdma.objection().text());
        }
        return details;
    }
}
