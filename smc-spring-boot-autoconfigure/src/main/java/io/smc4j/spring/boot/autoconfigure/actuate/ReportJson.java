package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcResources;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.report.Platform;
import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.Access;

/**
 * The report and its parts as {@link ReportTree}s. No JSON library is asked: which one writes the answer, and how an
 * application sets it up, makes no difference.
 */
final class ReportJson {

    private ReportJson() {
    }

    /** All of it, with the connections that a query finds. */
    static Map<String, Object> report(SmcRuntime runtime, ConnectionQuery query, Access access,
            List<SmcCoverage> coverage) {
        SmcSnapshot snapshot = runtime.snapshot();
        long millis = System.nanoTime() / 1_000_000;
        ConnectionQuery.Found found = query.apply(snapshot.connections());
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("available", runtime.isAvailable());
        putIfPresent(report, "cause", runtime.unavailabilityCause());
        report.put("java", Platform.java());
        report.put("os", Platform.os());
        putIfPresent(report, "gid", snapshot.gid());
        report.put("configuration", configuration(runtime));
        report.put("coverage", coverage.stream().map(SmcCoverage::view).filter(view -> !view.isEmpty()).toList());
        report.put("connections", tree(found.connections()));
        report.put("connectionCounts", tree(new ConnectionCounts(snapshot.connections().size(), found.found(),
                snapshot.connectionsByMode())));
        report.put("linkGroups", tree(snapshot.linkGroups()));
        report.put("handshakes", tree(snapshot.handshakes()));
        report.put("fallbacks", fallbacks(snapshot));
        report.put("bytes", tree(snapshot.bytes()));
        report.put("statistics", tree(snapshot.statistics()));
        report.put("monitor", tree(snapshot.monitor()));
        report.put("ringMemory", Map.of("used", snapshot.ringMemoryInUse(), "limit", snapshot.ringMemoryLimit()));
        report.put("resources", resources(snapshot.resources()));
        report.put("sharedMemory", tree(snapshot.sharedMemory()));
        report.put("rdma", tree(snapshot.rdma()));
        report.put("devices", tree(snapshot.rdma().devices()));
        report.put("learnedListeners", tree(snapshot.learnedListeners()));
        report.put("access", access.name());
        // Of a clock that nobody sets back: rates are differences of two reports.
        report.put("monotonicMillis", millis);
        return report;
    }

    /** One part of it, or {@code null} if there is no such part. */
    static Object part(String name, SmcRuntime runtime) {
        return switch (name) {
            case "connections" -> tree(runtime.snapshot().connections());
            case "linkgroups" -> tree(runtime.snapshot().linkGroups());
            case "devices" -> tree(runtime.snapshot().rdma().devices());
            case "resources" -> resources(runtime.snapshot().resources());
            case "fallbacks" -> fallbacks(runtime.snapshot());
            case "statistics" -> tree(runtime.snapshot().statistics());
            case "monitor" -> tree(runtime.snapshot().monitor());
            case "policy" -> tree(RuleView.all(runtime.policyTable()));
            default -> null;
        };
    }

    private static Map<String, Object> configuration(SmcRuntime runtime) {
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("enabled", runtime.isEnabled());
        configuration.putAll(ReportTree.fields(runtime.config()));
        // The settings have the policy that was in force at first.
        configuration.put("policy", tree(RuleView.all(runtime.policyTable())));
        return configuration;
    }

    /** With what there is to say of each kind. */
    private static Object resources(SmcResources resources) {
        Map<SmcResources.Kind, ResourceView> kinds = new LinkedHashMap<>();
        resources.kinds().forEach((kind, resource) -> kinds.put(kind, ResourceView.of(kind, resource)));
        return tree(new ResourcesView(resources.warnAt(), kinds));
    }

    private static Object fallbacks(SmcSnapshot snapshot) {
        return tree(snapshot.fallbacks().entrySet().stream()
                .map((entry) -> new Fallback(entry.getKey(), entry.getValue())).toList());
    }

    static Object tree(Object value) {
        return ReportTree.of(value);
    }

    private static void putIfPresent(Map<String, Object> map, String name, Object value) {
        if (value != null) {
            map.put(name, value);
        }
    }

    private record ResourcesView(int warnAt, Map<SmcResources.Kind, ResourceView> kinds) {
    }

    private record ResourceView(long used, Long limit, long highest, boolean scarce, int percent, String text,
            boolean bytes, String lever) {

        static ResourceView of(SmcResources.Kind kind, SmcResources.Resource resource) {
            return new ResourceView(resource.used(), resource.limit(), resource.highest(), resource.scarce(),
                    resource.percent(), kind.text(), kind.isBytes(), kind.lever());
        }
    }

    private record ConnectionCounts(int all, int found, Map<SmcMode, Long> byMode) {
    }

    private record Fallback(FallbackReason reason, long count) {
    }
}
