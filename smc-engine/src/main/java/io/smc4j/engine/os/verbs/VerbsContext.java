package io.smc4j.engine.os.verbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * An opened device. Thread-safe, but for {@link #close}, which comes when all that was made from it is closed and no
 * thread uses it. Until then a device without the means to revoke itself, such as Soft-RoCE, cannot be removed, and
 * tells nothing of the attempt.
 */
public final class VerbsContext extends NativeObject {

    /** What a completion takes in a driver's memory, about. */
    private static final long COMPLETION_SIZE = 128;

    private final String device;
    private final int ports;
    private final int asyncFd;
    private final ContextOperations operations;
    private volatile boolean alive = true;

    private VerbsContext(String device, long pointer, MemorySegment memory, int ports) {
        super(null, pointer);
        this.device = device;
        this.ports = ports;
        asyncFd = memory.get(JAVA_INT, Abi.CONTEXT_ASYNC_FD);
        operations = new ContextOperations(memory);
    }

    /** Takes over an open context, and closes it if that fails. */
    static VerbsContext of(String device, long pointer) throws VerbsException {
        MemorySegment memory = MemorySegment.ofAddress(pointer).reinterpret(Abi.CONTEXT_PREFIX);
        try {
            VerbsContext context = new VerbsContext(device, pointer, memory, countPorts(pointer));
            Sockets.setBlocking(context.asyncFd, false);
            return context;
        } catch (OsException e) {
            VerbsCalls.closeDevice(pointer);
            throw VerbsException.of(e.getMessage(), e.errno());
        } catch (VerbsException e) {
            VerbsCalls.closeDevice(pointer);
            throw e;
        }
    }

    private static int countPorts(long pointer) throws VerbsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(Abi.DEVICE_ATTR_SIZE, Long.BYTES);
            int error = VerbsCalls.queryDevice(pointer, attributes);
            if (error != 0) {
                throw VerbsException.of("ibv_query_device", error);
            }
            return Byte.toUnsignedInt(attributes.get(JAVA_BYTE, Abi.DEVICE_ATTR_PHYS_PORT_CNT));
        }
    }

    /** The device's name, such as {@code mlx5_0}. */
    public String device() {
        return device;
    }

    /** How many ports the device has; they are counted from 1. */
    public int ports() {
        return ports;
    }

    /** A port as it is now. */
    public PortAttributes port(int number) throws VerbsException {
        requirePort(number);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(Abi.PORT_ATTR_SIZE, Long.BYTES);
            int error = VerbsCalls.queryPort(pointer(), number, attributes);
            if (error != 0) {
                throw VerbsException.of("ibv_query_port " + device, error);
            }
            return new PortAttributes(attributes.get(JAVA_INT, Abi.PORT_ATTR_STATE) == Abi.PORT_STATE_ACTIVE,
                    attributes.get(JAVA_INT, Abi.PORT_ATTR_ACTIVE_MTU),
                    attributes.get(JAVA_BYTE, Abi.PORT_ATTR_LINK_LAYER) == Abi.LINK_LAYER_ETHERNET,
                    attributes.get(JAVA_INT, Abi.PORT_ATTR_GID_TBL_LEN));
        }
    }

    /** The GIDs a port has now, by index. They come and go with the addresses of its network interfaces. */
    public List<GidEntry> gids(int port) throws VerbsException {
        requirePort(port);
        return new GidTable(this).read(port);
    }

    private void requirePort(int number) {
        if (number < 1 || number > ports) {
            throw new IllegalArgumentException(device + " has no port " + number);
        }
    }

    /** Allocates a protection domain: only what belongs to the same one works together. */
    public ProtectionDomain allocateProtectionDomain() throws VerbsException {
        long domain = VerbsCalls.allocPd(pointer());
        if (domain < 0) {
            throw VerbsException.of("ibv_alloc_pd " + device, (int) -domain);
        }
        return new ProtectionDomain(this, domain);
    }

    /** Creates a channel for the events of any number of completion queues. */
    public CompletionChannel createCompletionChannel() throws VerbsException {
        long channel = VerbsCalls.createCompChannel(pointer());
        if (channel < 0) {
            throw VerbsException.of("ibv_create_comp_channel " + device, (int) -channel);
        }
        return CompletionChannel.of(this, channel);
    }

    /**
     * Creates a completion queue.
     *
     * @param entries the least number of completions it must hold; the device breaks when more are outstanding
     * @param channel where it announces completions, or {@code null}
     */
    public CompletionQueue createCompletionQueue(int entries, CompletionChannel channel) throws VerbsException {
        long queue = VerbsCalls.createCq(pointer(), entries, channel == null ? 0 : channel.pointer());
        if (queue < 0) {
            throw VerbsException.pinning(entries * COMPLETION_SIZE, "ibv_create_cq " + device, (int) -queue);
        }
        return new CompletionQueue(this, queue);
    }

    /**
     * A non-blocking descriptor that is readable while {@link #pollAsyncEvent} has something; closed with the context.
     */
    public int asyncFd() {
        return asyncFd;
    }

    /** Takes the next event about the device; {@code null} if there is none. */
    public AsyncEvent pollAsyncEvent() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(Abi.ASYNC_EVENT_SIZE, Long.BYTES);
            if (VerbsCalls.getAsyncEvent(pointer(), event) != 0) {
                return null;
            }
            try {
                return read(event);
            } finally {
                // Until then, who destroys the queue pair waits.
                VerbsCalls.ackAsyncEvent(event);
            }
        }
    }

    private AsyncEvent read(MemorySegment event) {
        int type = event.get(JAVA_INT, Abi.ASYNC_EVENT_TYPE);
        if (type == AsyncEvent.DEVICE_FATAL) {
            alive = false;
        }
        if (AsyncEvent.aboutQueuePair(type)) {
            MemorySegment pair = MemorySegment.ofAddress(event.get(JAVA_LONG, 0)).reinterpret(Abi.QP_PREFIX);
            return new AsyncEvent(type, pair.get(JAVA_INT, Abi.QP_NUM), 0);
        }
        return new AsyncEvent(type, 0, AsyncEvent.aboutPort(type) ? event.get(JAVA_INT, 0) : 0);
    }

    /** Whether this is open and {@link #pollAsyncEvent} has not reported {@link AsyncEvent#DEVICE_FATAL}. */
    public boolean isAlive() {
        return alive && pointerOrZero() != 0;
    }

    ContextOperations operations() {
        return operations;
    }

    @Override
    void destroy(long pointer) {
        VerbsCalls.closeDevice(pointer);
    }
}
