package io.smc4j.engine.smcr;

import io.smc4j.engine.os.verbs.MemoryRegion;
import io.smc4j.engine.os.verbs.ProtectionDomain;
import io.smc4j.engine.os.verbs.VerbsException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * A ring's memory, registered with the devices of its link group. On the control loop; what it says is for any thread.
 */
final class RegisteredBuffer {

    private final long offset;
    private final MemorySegment memory;
    private final boolean remote;
    private volatile Map<RdmaDevice, MemoryRegion> regions = Map.of();

    /**
     * Takes a piece of memory.
     *
     * @param offset where it is in the link group's memory
     * @param remote whether the peer may write to it
     */
    RegisteredBuffer(long offset, MemorySegment memory, boolean remote) {
        this.offset = offset;
        this.memory = memory;
        this.remote = remote;
    }

    void register(RdmaDevice device, ProtectionDomain domain) throws VerbsException {
        if (!regions.containsKey(device)) {
            Map<RdmaDevice, MemoryRegion> extended = new HashMap<>(regions);
            extended.put(device, domain.register(memory, remote));
            regions = extended;
        }
    }

    /** The registration with a device, or {@code null}. */
    MemoryRegion on(RdmaDevice device) {
        return regions.get(device);
    }

    void deregister(RdmaDevice device) {
        MemoryRegion region = regions.get(device);
        if (region != null) {
            Map<RdmaDevice, MemoryRegion> reduced = new HashMap<>(regions);
            reduced.remove(device);
            regions = reduced;
            region.close();
        }
    }

    void deregister() {
        regions.values().forEach(MemoryRegion::close);
        regions = Map.of();
    }

    long offset() {
        return offset;
    }

    MemorySegment memory() {
        return memory;
    }

    int size() {
        return (int) memory.byteSize();
    }

    boolean isRemote() {
        return remote;
    }

    long address() {
        return memory.address();
    }
}
