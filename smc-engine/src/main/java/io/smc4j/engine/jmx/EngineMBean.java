package io.smc4j.engine.jmx;

import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcSnapshot.Traffic;
import io.smc4j.engine.report.ReportText;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Shows a snapshot, which is kept for as long as it takes to read all attributes. */
final class EngineMBean implements SmcEngineMXBean {

    private static final long KEPT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Supplier<SmcSnapshot> snapshots;
    private final PolicyTable policy;
    private SmcSnapshot kept;
    private long takenAt;

    EngineMBean(Supplier<SmcSnapshot> snapshots, PolicyTable policy) {
        this.snapshots = snapshots;
        this.policy = policy;
    }

    private synchronized SmcSnapshot snapshot() {
        if (kept == null || System.nanoTime() - takenAt > KEPT_NANOS) {
            kept = snapshots.get();
            takenAt = System.nanoTime();
        }
        return kept;
    }

    private static <K extends Enum<K>, V> Map<String, Long> byName(Map<K, V> map, ToLongFunction<V> value) {
        Map<String, Long> named = new TreeMap<>();
        map.forEach((key, each) -> named.put(key.name(), value.applyAsLong(each)));
        return named;
    }

    @Override
    public String getGid() {
        return snapshot().gid();
    }

    @Override
    public Map<String, Long> getConnections() {
        return byName(snapshot().connectionsByMode(), Long::longValue);
    }

    @Override
    public Map<String, Long> getHandshakes() {
        return byName(snapshot().handshakes(), Long::longValue);
    }

    @Override
    public Map<String, Long> getFallbacks() {
        return byName(snapshot().fallbacks(), Long::longValue);
    }

    @Override
    public Map<String, Long> getBytesSent() {
        return byName(snapshot().bytes(), Traffic::sent);
    }

    @Override
    public Map<String, Long> getBytesReceived() {
        return byName(snapshot().bytes(), Traffic::received);
    }

    @Override
    public Map<String, Long> getResources() {
        return byName(snapshot().resources().kinds(), resource -> resource.used());
    }

    @Override
    public long getRingMemoryLimit() {
        return snapshot().ringMemoryLimit();
    }

    @Override
    public int getLinkGroups() {
        return snapshot().linkGroups().size();
    }

    @Override
    public int getSlowReaders() {
        return snapshot().monitor().slowReaders().size();
    }

    @Override
    public String report() {
        SmcSnapshot now = snapshot();
        return new ReportText(null, now, now.connections(), policy.rules()).toString();
    }
}
