package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.engine.Addresses;
import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcSnapshot;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.util.ReflectionUtils;

/**
 * The engine's values as maps, lists, texts and numbers, which any version of any JSON library writes alike. Records
 * are shown field by field, without those that are {@code null}; what is said of them here keeps names and forms that
 * clients of the endpoint rely on.
 */
final class ReportTree {

    /** Records whose fields stand among those of the record that has them, by other names. */
    private static final Map<Class<?>, Map<String, String>> UNWRAPPED = Map.of(
            SmcConfig.Buffers.class, Map.of("sendSize", "sendBufferSize", "receiveSize", "receiveBufferSize",
                    "initialSize", "initialBufferSize", "rdmaSize", "rdmaBufferSize", "idleAfter", "bufferIdleAfter"),
            SmcConfig.SharedMemory.class, Map.of("enabled", "sharedMemoryEnabled", "directory",
                    "sharedMemoryDirectory", "users", "sharedMemoryUsers"));

    /** Fields whose zero stands for none. */
    private static final Map<Class<?>, Set<String>> NONE_IF_ZERO = Map.of(
            SmcSnapshot.Connection.class, Set.of("peerDiagnosis", "linkGroup", "link"),
            SmcSnapshot.LinkGroup.class, Set.of("peerPid"));

    /** Looked up once: a report may have thousands of records of a kind. The devices have a place of their own. */
    private static final ClassValue<List<Field>> FIELDS = new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
            return Stream.of(type.getRecordComponents())
                    .filter((one) -> type != SmcSnapshot.Rdma.class || !one.getName().equals("devices"))
                    .map((one) -> Field.of(type, one)).toList();
        }
    };

    private ReportTree() {
    }

    static Object of(Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof FallbackReason reason) {
            return reason(reason);
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof InetSocketAddress address) {
            return Addresses.text(address);
        }
        if (value instanceof SmcPolicy policy) {
            return of(policy.rules());
        }
        if (value instanceof Collection<?> values) {
            return values.stream().map(ReportTree::of).toList();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> entries = new LinkedHashMap<>();
            map.forEach((key, entry) -> entries.put(key instanceof Enum<?> constant ? constant.name() : key.toString(),
                    of(entry)));
            return entries;
        }
        return value instanceof Record record && !isText(record) ? fields(record) : value.toString();
    }

    private static boolean isText(Record record) {
        return record instanceof SmcPolicy.HostPattern || record instanceof SmcPolicy.Cidr
                || record instanceof SmcPolicy.PortRange || record instanceof SmcConfig.Peer;
    }

    static Map<String, Object> fields(Record record) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Field field : FIELDS.get(record.getClass())) {
            Object value = ReflectionUtils.invokeMethod(field.accessor(), record);
            if (value != null && UNWRAPPED.containsKey(value.getClass())) {
                fields.putAll(fields((Record) value));
            } else if (value != null && !(field.noneIfZero() && value.equals(0))) {
                fields.put(field.name(), field.code() ? FallbackReason.codeText((int) value) : of(value));
            }
        }
        return fields;
    }

    /**
     * How a component of a record is shown.
     *
     * @param code whether it is a number that peers give as a reason
     */
    private record Field(String name, Method accessor, boolean noneIfZero, boolean code) {

        static Field of(Class<?> record, RecordComponent component) {
            String name = component.getName();
            Method accessor = component.getAccessor();
            ReflectionUtils.makeAccessible(accessor);
            return new Field(UNWRAPPED.getOrDefault(record, Map.of()).getOrDefault(name, name), accessor,
                    NONE_IF_ZERO.getOrDefault(record, Set.of()).contains(name), name.equals("peerDiagnosis"));
        }
    }

    private static Map<String, Object> reason(FallbackReason reason) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", reason.name());
        fields.put("code", FallbackReason.codeText(reason.code()));
        fields.put("text", reason.text());
        fields.put("hint", reason.hint());
        return fields;
    }
}
