package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.engine.SmcResources;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the health indicators of all versions of Spring Boot say. */
public final class HealthDetails {

    private HealthDetails() {
    }

    /** The details of an application that is up. */
    public static Map<String, Object> of(SmcRuntime runtime) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("available", runtime.isAvailable());
        if (!runtime.isAvailable()) {
            details.put("cause", runtime.unavailabilityCause());
            return details;
        }
        SmcSnapshot snapshot = runtime.snapshot();
        Map<String, Long> fallbacks = new LinkedHashMap<>();
        snapshot.fallbacks().forEach((reason, count) -> fallbacks.put(reason.name(), count));
        details.put("connections", snapshot.connectionsByMode());
        details.put("fallbacks", fallbacks);
        details.put("rdma", rdma(snapshot.rdma()));
        Map<String, String> scarce = scarce(snapshot.resources());
        if (!scarce.isEmpty()) {
            details.put("scarce", scarce);
        }
        return details;
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
