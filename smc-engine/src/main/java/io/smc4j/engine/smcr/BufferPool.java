package io.smc4j.engine.smcr;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.MemoryBudget;
import io.smc4j.engine.link.RingAllocator;
import io.smc4j.engine.os.SharedMemory;
import io.smc4j.engine.os.verbs.ProtectionDomain;
import io.smc4j.engine.os.verbs.VerbsException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The buffers of one link group: RMBs, which the peer writes to, and send buffers. They are registered once and used by
 * one connection after the other. On the control loop.
 */
final class BufferPool {

    private final SharedMemory memory;
    private final RingAllocator allocator;
    private final MemoryBudget budget;
    /** One for each device, as no other peer's keys are to be good for these buffers. */
    private final Map<RdmaDevice, ProtectionDomain> domains = new LinkedHashMap<>();
    private final Set<RegisteredBuffer> all = new LinkedHashSet<>();
    private final Map<Integer, ArrayDeque<RegisteredBuffer>> idle = new HashMap<>();

    BufferPool(SharedMemory memory, MemoryBudget budget) {
        this.memory = memory;
        this.allocator = new RingAllocator(memory, memory.size(), budget);
        this.budget = budget;
    }

    /** From now on all buffers are registered with a device, too. */
    void addDevice(RdmaDevice device) throws VerbsException {
        if (domains.containsKey(device)) {
            return;
        }
        ProtectionDomain domain = device.context().allocateProtectionDomain();
        domains.put(device, domain);
        try {
            for (RegisteredBuffer buffer : all) {
                buffer.register(device, domain);
            }
        } catch (VerbsException e) {
            removeDevice(device);
            throw e;
        }
    }

    /** The protection domain of the link group with a device that was added. */
    ProtectionDomain domain(RdmaDevice device) {
        return domains.get(device);
    }

    /** No link leads over a device any more. */
    void removeDevice(RdmaDevice device) {
        all.forEach(buffer -> buffer.deregister(device));
        ProtectionDomain domain = domains.remove(device);
        if (domain != null) {
            domain.close();
        }
    }

    /**
     * Hands out a buffer; if there is no memory for the size wished for, a smaller one.
     *
     * @param size in bytes, a ring size
     * @param remote whether the peer is to write to it
     */
    RegisteredBuffer take(int size, boolean remote) throws DeclineException {
        DeclineException first = null;
        for (int tried = size; tried >= SmcConfig.MIN_BUFFER_SIZE; tried /= 2) {
            try {
                return takeExactly(tried, remote);
            } catch (DeclineException e) {
                first = first == null ? e : first;
            }
        }
        throw first;
    }

    private RegisteredBuffer takeExactly(int size, boolean remote) throws DeclineException {
        ArrayDeque<RegisteredBuffer> known = idle.get(key(size, remote));
        if (known != null && !known.isEmpty()) {
            budget.countReused();
            return known.pop();
        }
        while (!budget.tryReserve(size)) {
            if (!evict()) {
                throw new DeclineException(FallbackReason.MEMORY_LIMIT);
            }
        }
        long offset = allocator.allocate(size);
        while (offset < 0 && evict()) {
            offset = allocator.allocate(size);
        }
        if (offset < 0) {
            budget.giveBack(size);
            throw new DeclineException(FallbackReason.MEMORY_LIMIT);
        }
        RegisteredBuffer buffer = new RegisteredBuffer(offset, memory.segment().asSlice(offset, size), remote);
        all.add(buffer);
        try {
            for (Map.Entry<RdmaDevice, ProtectionDomain> entry : domains.entrySet()) {
                buffer.register(entry.getKey(), entry.getValue());
            }
            return buffer;
        } catch (VerbsException e) {
            destroy(buffer);
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "buffer not registered", e);
            throw new DeclineException(e.reason() == VerbsException.Reason.MEMLOCK_LIMIT
                    ? FallbackReason.MEMORY_LOCK_LIMIT
                    : FallbackReason.BUFFER_NOT_REGISTERED);
        }
    }

    /** Keeps a buffer for the next connection. */
    void give(RegisteredBuffer buffer) {
        if (all.contains(buffer)) {
            idle.computeIfAbsent(key(buffer.size(), buffer.isRemote()), k -> new ArrayDeque<>()).push(buffer);
        }
    }

    /** Gives the memory of an idle buffer back; returns whether there was one. */
    private boolean evict() {
        for (ArrayDeque<RegisteredBuffer> buffers : idle.values()) {
            if (!buffers.isEmpty()) {
                destroy(buffers.pollLast());
                return true;
            }
        }
        return false;
    }

    private void destroy(RegisteredBuffer buffer) {
        all.remove(buffer);
        buffer.deregister();
        allocator.free(buffer.offset());
        budget.giveBack(buffer.size());
    }

    /** Deregisters all; the memory itself is the link group's, and may be read on. */
    void close() {
        for (RegisteredBuffer buffer : all) {
            buffer.deregister();
            budget.giveBack(buffer.size());
        }
        allocator.close();
        all.clear();
        idle.clear();
        domains.values().forEach(ProtectionDomain::close);
        domains.clear();
    }

    private static int key(int size, boolean remote) {
        return remote ? size : -size;
    }
}
