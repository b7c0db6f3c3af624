package io.smc4j.spring.boot.autoconfigure.actuate;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcResources;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.springframework.boot.actuate.endpoint.Access;

/**
 * The engine's values as JSON. Their records are shown field by field; what is said of them here keeps names and forms
 * that clients of the endpoint rely on.
 *
 * <p>It has a mapper of its own: how an application sets Jackson up makes no difference.
 */
final class ReportJson {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL,
            JsonInclude.Include.ALWAYS))
            .addModule(new SimpleModule()
                    .addSerializer(FallbackReason.class, as(Reason::of))
                    .addSerializer(InetSocketAddress.class, as(Addresses::text))
                    .addSerializer(SmcPolicy.class, as(SmcPolicy::rules))
                    .addSerializer(SmcPolicy.HostPattern.class, as(Object::toString))
                    .addSerializer(SmcPolicy.Cidr.class, as(Object::toString))
                    .addSerializer(SmcPolicy.PortRange.class, as(Object::toString))
                    .addSerializer(SmcConfig.Peer.class, as(Object::toString))
                    .addSerializer(Duration.class, as(Object::toString))
                    .addSerializer(Instant.class, as(Object::toString)))
            .addMixIn(SmcConfig.class, ConfigMixin.class)
            .addMixIn(SmcConfig.Buffers.class, BuffersMixin.class)
            .addMixIn(SmcConfig.SharedMemory.class, SharedMemoryMixin.class)
            .addMixIn(SmcSnapshot.Connection.class, ConnectionMixin.class)
            .addMixIn(SmcSnapshot.LinkGroup.class, LinkGroupMixin.class)
            .addMixIn(SmcSnapshot.Rdma.class, RdmaMixin.class)
            .build();

    private ReportJson() {
    }

    /** All of it, with the connections that a query finds. */
    static Map<String, Object> report(SmcRuntime runtime, ConnectionQuery query, Access access) {
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
    static JsonNode part(String name, SmcRuntime runtime) {
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
        configuration.putAll(MAPPER.convertValue(runtime.config(), new TypeReference<Map<String, Object>>() { }));
        // The settings have the policy that was in force at first.
        configuration.put("policy", tree(RuleView.all(runtime.policyTable())));
        return configuration;
    }

    /** With what there is to say of each kind. */
    private static JsonNode resources(SmcResources resources) {
        Map<SmcResources.Kind, ResourceView> kinds = new LinkedHashMap<>();
        resources.kinds().forEach((kind, resource) -> kinds.put(kind, ResourceView.of(kind, resource)));
        return tree(new ResourcesView(resources.warnAt(), kinds));
    }

    private static JsonNode fallbacks(SmcSnapshot snapshot) {
        return tree(snapshot.fallbacks().entrySet().stream()
                .map((entry) -> new Fallback(entry.getKey(), entry.getValue())).toList());
    }

    static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    private static void putIfPresent(Map<String, Object> map, String name, Object value) {
        if (value != null) {
            map.put(name, value);
        }
    }

    private static <T> JsonSerializer<T> as(Function<T, Object> view) {
        return new JsonSerializer<>() {
            @Override
            public void serialize(T value, JsonGenerator json, SerializerProvider provider) throws IOException {
                provider.defaultSerializeValue(view.apply(value), json);
            }
        };
    }

    private record Reason(String name, String code, String text, String hint) {

        static Reason of(FallbackReason reason) {
            return new Reason(reason.name(), FallbackReason.codeText(reason.code()), reason.text(), reason.hint());
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

    private interface ConfigMixin {

        @JsonUnwrapped
        SmcConfig.Buffers buffers();

        @JsonUnwrapped
        SmcConfig.SharedMemory sharedMemory();
    }

    private interface SharedMemoryMixin {

        @JsonProperty("sharedMemoryEnabled")
        boolean enabled();

        @JsonProperty("sharedMemoryDirectory")
        String directory();

        @JsonProperty("sharedMemoryUsers")
        List<String> users();
    }

    private interface BuffersMixin {

        @JsonProperty("sendBufferSize")
        int sendSize();

        @JsonProperty("receiveBufferSize")
        int receiveSize();

        @JsonProperty("initialBufferSize")
        int initialSize();

        @JsonProperty("rdmaBufferSize")
        int rdmaSize();

        @JsonProperty("bufferIdleAfter")
        Duration idleAfter();
    }

    /** Zeros stand for none. */
    private interface ConnectionMixin {

        @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        @JsonSerialize(using = CodeSerializer.class)
        int peerDiagnosis();

        @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        int linkGroup();

        @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        int link();
    }

    private interface LinkGroupMixin {

        @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        int peerPid();
    }

    /** The devices have a place of their own. */
    private interface RdmaMixin {

        @JsonIgnore
        List<SmcSnapshot.Device> devices();
    }

    private static final class CodeSerializer extends JsonSerializer<Integer> {

        @Override
        public void serialize(Integer code, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(FallbackReason.codeText(code));
        }
    }
}
