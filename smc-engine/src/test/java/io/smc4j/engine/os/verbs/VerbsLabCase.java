package io.smc4j.engine.os.verbs;

import io.smc4j.engine.lab.MachineKind;
import io.smc4j.engine.lab.RunsIn;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.verbs.VerbsException.Reason;
import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The verbs between two real devices, in the lab's machine. It takes an interface down and device A away. {@code main} throws
 * when something is wrong.
 */
@RunsIn(MachineKind.BREAKABLE)
final class VerbsLabCase {

    private static final String DEVICE_A = environment("LAB_IBDEV_A", "rxe_a");
    private static final String DEVICE_B = environment("LAB_IBDEV_B", "rxe_b");
    private static final String NETDEV_A = environment("LAB_NETDEV_A", "veth_a");
    private static final String NETDEV_B = environment("LAB_NETDEV_B", "veth_b");

    /** Emulated machines are slow; only a failure takes so long. */
    private static final long PATIENCE_MILLIS = 60_000;

    private VerbsLabCase() {
    }

    /** Runs all cases, or those named. */
    public static void main(String[] arguments) throws Exception {
        List<String> cases = arguments.length > 0 ? List.of(arguments)
                : List.of("gids", "transfer", "allocation", "flush", "closing", "memlock", "permission", "port", "removal");
        for (String name : cases) {
            switch (name) {
                case "gids" -> gids();
                case "transfer" -> transfer();
                case "allocation" -> allocation();
                case "flush" -> flush();
                case "closing" -> closing();
                case "memlock" -> asNobody("expect-memlock-limit");
                case "permission" -> withoutDeviceFiles();
                case "port" -> portGoesDownAndComesBack();
                case "removal" -> removalOfTheDevice();
                case "expect-memlock-limit" -> expectMemlockLimit();
                case "expect-no-permission" -> expectNoPermission();
                default -> throw new IllegalArgumentException(name);
            }
            System.out.println("ok " + name);
        }
    }

    static void gids() throws Exception {
        Verbs verbs = Verbs.load();
        check(verbs.deviceNames().containsAll(List.of(DEVICE_A, DEVICE_B)), "devices " + verbs.deviceNames());
        try (VerbsContext context = verbs.open(DEVICE_A)) {
            check(context.ports() == 1, "ports " + context.ports());
            PortAttributes port = context.port(1);
            check(port.active() && port.ethernet() && port.mtuCode() >= 1 && port.mtuCode() <= 5, port.toString());
            List<GidEntry> gids = context.gids(1);
            GidEntry mapped = mappedAddress(context);
            check(mapped.type() == GidEntry.Type.ROCE_V2 && mapped.netdev().equals(NETDEV_A), gids.toString());
            check(gids.equals(new GidTable(context).readOneByOne(1)), "the two ways differ: " + gids);
            System.out.println(port + " " + gids);
        }
    }

    /** Messages and writes, both ways. */
    static void transfer() throws Exception {
        try (End a = new End(DEVICE_A, 0x111111); End b = new End(DEVICE_B, 0xFFFFFE)) {
            connect(a, b);
            System.out.println("inline " + a.pair.maxInline());
            for (int round = 0; round < 3; round++) {
                transfer(a, b, round);
                transfer(b, a, 100 + round);
            }
        }
    }

    private static void transfer(End from, End to, int seed) throws Exception {
        int length = 10_000;
        boolean inline = seed % 2 == 0;
        check(to.pair.postReceive(seed, to.address(End.RECEIVE), 44, to.region.lkey()) == 0, "postReceive");
        check(to.queue.arm() == 0 && to.queue.poll() == 0, "not idle");
        for (int i = 0; i < length; i++) {
            from.memory.set(ValueLayout.JAVA_BYTE, End.SOURCE + i, (byte) (i * 31 + seed));
        }
        from.memory.asSlice(End.SEND, 44).fill((byte) seed);
        int error = from.pair.postWrite(7, from.address(End.SOURCE), length, from.region.lkey(), to.address(End.TARGET),
                to.region.rkey(), false);
        check(error == 0, "postWrite " + error);
        error = from.pair.postSend(-seed, from.address(End.SEND), 44, inline ? 0 : from.region.lkey(), inline);
        check(error == 0, "postSend " + error);

        check(Sockets.poll(to.channel.fd(), Sockets.POLLIN, PATIENCE_MILLIS) == Sockets.POLLIN, "no event");
        check(to.channel.drain() == 1 && to.channel.drain() == 0, "not one event");
        check(Sockets.poll(to.channel.fd(), Sockets.POLLIN, 0) == 0, "still readable");
        check(to.queue.poll() == 1, "not one completion");
        to.check(0, seed, CompletionQueue.OPCODE_RECEIVE);
        check(to.queue.byteLength(0) == 44, "length " + to.queue.byteLength(0));
        check(to.memory.asSlice(End.RECEIVE, 44).mismatch(from.memory.asSlice(End.SEND, 44)) == -1, "message differs");
        check(to.memory.asSlice(End.TARGET, length).mismatch(from.memory.asSlice(End.SOURCE, length)) == -1, "data differ");

        from.await(1);
        from.check(0, -seed, CompletionQueue.OPCODE_SEND);

        error = from.pair.postWrite(9, from.address(End.SOURCE), 1, from.region.lkey(), to.address(End.TARGET),
                to.region.rkey(), true);
        check(error == 0, "signaled postWrite " + error);
        from.await(1);
        from.check(0, 9, CompletionQueue.OPCODE_RDMA_WRITE);
    }

    /** The hot path leaves nothing to the garbage collector. */
    static void allocation() throws Exception {
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        try (End a = new End(DEVICE_A, 1); End b = new End(DEVICE_B, 2)) {
            connect(a, b);
            exchange(a, b, 1000);
            long before = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            exchange(a, b, 1000);
            long nanos = System.nanoTime() - start;
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            System.out.println("allocated " + allocated + " bytes in 1000 rounds of " + nanos / 1_000_000 + " us");
            check(allocated < 1000, "allocated " + allocated);
        }
    }

    private static void exchange(End a, End b, int rounds) {
        for (int i = 0; i < rounds; i++) {
            b.queue.arm();
            b.pair.postReceive(i, b.address(End.RECEIVE), 44, b.region.lkey());
            a.pair.postWrite(i, a.address(End.SOURCE), 64, a.region.lkey(), b.address(End.TARGET), b.region.rkey(), false);
            a.pair.postSend(i, a.address(End.SEND), 44, a.region.lkey(), true);
            // A send, a receive and an event.
            int left = 3;
            while (left > 0) {
                left -= a.queue.poll() + b.queue.poll() + b.channel.drain();
                Thread.onSpinWait();
            }
        }
    }

    /** What is outstanding comes back when the pair is in error; a wrong key breaks the connection. */
    static void flush() throws Exception {
        try (End a = new End(DEVICE_A, 5); End b = new End(DEVICE_B, 6)) {
            connect(a, b);
            check(a.pair.postReceive(1, a.address(End.RECEIVE), 44, a.region.lkey()) == 0, "postReceive");
            a.pair.toError();
            a.await(1);
            check(a.queue.wrId(0) == 1 && a.queue.status(0) == CompletionQueue.FLUSHED, a.queue.status(0) + " not flushed");
        }
        try (End a = new End(DEVICE_A, 5); End b = new End(DEVICE_B, 6)) {
            connect(a, b);
            a.pair.postWrite(3, a.address(End.SOURCE), 8, a.region.lkey(), b.address(End.TARGET), b.region.rkey() + 1, true);
            a.await(1);
            check(a.queue.wrId(0) == 3 && a.queue.status(0) == CompletionQueue.REMOTE_ACCESS_ERROR,
                    "status " + CompletionQueue.statusText(a.queue.status(0)));
        }
    }

    /** Closing twice, and after the context, does nothing; what is closed says so. */
    static void closing() throws Exception {
        End a = new End(DEVICE_A, 1);
        a.close();
        a.close();
        check(a.pair.postSend(0, a.address(0), 4, 0, false) != 0 && a.pair.postReceive(0, a.address(0), 4, 0) != 0, "posted");
        check(a.queue.poll() == 0 && a.queue.arm() != 0 && a.channel.drain() == 0 && !a.context.isAlive(), "not closed");
        End b = new End(DEVICE_B, 1);
        b.context.close();
        b.close();
    }

    private static void expectMemlockLimit() throws Exception {
        try (VerbsContext context = Verbs.load().open(DEVICE_A);
                ProtectionDomain domain = context.allocateProtectionDomain();
                Arena arena = Arena.ofConfined()) {
            domain.register(arena.allocate(16 << 10, 4096), true).close();
            MemorySegment large = arena.allocate(4 << 20, 4096);
            VerbsException e = expect(Reason.MEMLOCK_LIMIT, () -> domain.register(large, true));
            check(e.hint().contains("ulimit -l"), e.hint());
        }
    }

    private static void expectNoPermission() throws Exception {
        Verbs verbs = Verbs.load();
        check(verbs.deviceNames().contains(DEVICE_A), "devices " + verbs.deviceNames());
        VerbsException e = expect(Reason.NO_PERMISSION, () -> verbs.open(DEVICE_A));
        check(e.hint().contains("/dev/infiniband"), e.hint());
    }

    static void withoutDeviceFiles() throws Exception {
        run("sh", "-c", "chmod 600 /dev/infiniband/uverbs*");
        try {
            asNobody("expect-no-permission");
        } finally {
            run("sh", "-c", "chmod 666 /dev/infiniband/uverbs*");
        }
        run("mv", "/dev/infiniband", "/dev/infiniband-away");
        try {
            expectNoPermission();
        } finally {
            run("mv", "/dev/infiniband-away", "/dev/infiniband");
        }
    }

    /** Runs a case in a process without privileges that may lock 64 KiB. */
    private static void asNobody(String name) throws Exception {
        List<String> command = new ArrayList<>(List.of("prlimit", "--memlock=65536:65536", "setpriv", "--reuid=65534",
                "--regid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                VerbsLabCase.class.getName(), name));
        if (!name.equals("expect-no-permission")) {
            run("sh", "-c", "chmod 666 /dev/infiniband/uverbs*");
        }
        run(command.toArray(String[]::new));
    }

    /** The port's events come. Sends without a wire may stay outstanding for ever: Soft-RoCE does not count those as sent. */
    static void portGoesDownAndComesBack() throws Exception {
        try (End a = new End(DEVICE_A, 1); End b = new End(DEVICE_B, 2)) {
            connect(a, b);
            while (a.context.pollAsyncEvent() != null) {
                // Of the connection.
            }
            run("ip", "link", "set", NETDEV_B, "down");
            awaitEvent(a.context, AsyncEvent.PORT_ERR);
            check(!a.context.port(1).active(), "still active");
            check(a.pair.postSend(1, a.address(End.SEND), 44, a.region.lkey(), false) == 0, "postSend");
            a.pair.toError();
            a.await(1);
            check(a.queue.wrId(0) == 1 && a.queue.status(0) != CompletionQueue.SUCCESS, "sent");
            System.out.println("without a wire: " + CompletionQueue.statusText(a.queue.status(0)));
            run("ip", "link", "set", NETDEV_B, "up");
            awaitEvent(a.context, AsyncEvent.PORT_ACTIVE);
            check(a.context.port(1).active() && a.context.isAlive(), "not active again");
        }
    }

    /** What comes of a device that is taken away while it is open. */
    static void removalOfTheDevice() throws Exception {
        Process removal;
        try (End a = new End(DEVICE_A, 1)) {
            removal = new ProcessBuilder("rdma", "link", "delete", DEVICE_A).inheritIO().start();
            int ready = Sockets.poll(a.context.asyncFd(), Sockets.POLLIN, 5_000);
            System.out.println("removal: async fd " + ready + ", " + a.context.pollAsyncEvent() + ", removed "
                    + !removal.isAlive());
            System.out.println("removal: postReceive "
                    + a.pair.postReceive(1, a.address(End.RECEIVE), 44, a.region.lkey()) + ", poll " + a.queue.poll());
        }
        check(removal.waitFor() == 0, "rdma link delete");
        check(!Verbs.load().deviceNames().contains(DEVICE_A), "still listed");
        expect(Reason.NO_DEVICE, () -> Verbs.load().open(DEVICE_A));
    }

    private static void awaitEvent(VerbsContext context, int type) throws Exception {
        while (true) {
            check(Sockets.poll(context.asyncFd(), Sockets.POLLIN, PATIENCE_MILLIS) == Sockets.POLLIN, "no event " + type);
            for (AsyncEvent event = context.pollAsyncEvent(); event != null; event = context.pollAsyncEvent()) {
                System.out.println(event);
                if (event.type() == type) {
                    check(event.port() == 1 && event.qpn() == 0, event.toString());
                    return;
                }
            }
        }
    }

    private static void connect(End a, End b) throws VerbsException {
        for (End end : List.of(a, b)) {
            end.pair.toInit(1);
        }
        a.pair.toReadyToReceive(b.asRemote(), a.gid.index(), 1);
        b.pair.toReadyToReceive(a.asRemote(), b.gid.index(), 1);
        a.pair.toReadyToSend(a.psn);
        b.pair.toReadyToSend(b.psn);
    }

    private static GidEntry mappedAddress(VerbsContext context) throws VerbsException {
        return context.gids(1).stream().filter(gid -> gid.high() == 0 && gid.low() >>> 32 == 0xFFFF).findFirst()
                .orElseThrow(() -> new AssertionError("no GID with an IPv4 address"));
    }

    private static VerbsException expect(Reason reason, Action action) throws Exception {
        try {
            action.run();
        } catch (VerbsException e) {
            check(e.reason() == reason, e.reason() + ": " + e.getMessage());
            System.out.println(e.reason() + ": " + e.getMessage());
            return e;
        }
        throw new AssertionError("not " + reason);
    }

    private static void run(String... command) throws Exception {
        int status = new ProcessBuilder(command).inheritIO().redirectInput(new File("/dev/null")).start().waitFor();
        check(status == 0, String.join(" ", command) + ": " + status);
    }

    private static void check(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    private static String environment(String name, String otherwise) {
        return System.getenv().getOrDefault(name, otherwise);
    }

    private interface Action {

        void run() throws Exception;
    }

    /** All that one end of a link has. */
    private static final class End implements AutoCloseable {

        static final long RECEIVE = 0;
        static final long SEND = 4096;
        static final long SOURCE = 8192;
        static final long TARGET = 32768;
        private static final long SIZE = 65536;

        final int psn;
        final VerbsContext context;
        final ProtectionDomain domain;
        final CompletionChannel channel;
        final CompletionQueue queue;
        final QueuePair pair;
        final MemorySegment memory = Arena.ofAuto().allocate(SIZE, 4096);
        final MemoryRegion region;
        final GidEntry gid;

        End(String device, int psn) throws VerbsException {
            this.psn = psn;
            context = Verbs.load().open(device);
            domain = context.allocateProtectionDomain();
            channel = context.createCompletionChannel();
            queue = context.createCompletionQueue(256, channel);
            pair = domain.createQueuePair(queue, queue, 48, 48, 64);
            region = domain.register(memory, true);
            gid = mappedAddress(context);
        }

        RemoteQueuePair asRemote() throws VerbsException {
            return new RemoteQueuePair(pair.qpn(), psn, gid.high(), gid.low(), context.port(1).mtuCode());
        }

        long address(long part) {
            return region.address() + part;
        }

        /** Spins until there is a completion. */
        void await(int count) {
            long start = System.nanoTime();
            int found = queue.poll();
            while (found == 0 && System.nanoTime() - start < PATIENCE_MILLIS * 1_000_000) {
                Thread.onSpinWait();
                found = queue.poll();
            }
            VerbsLabCase.check(found == count, found + " completions instead of " + count);
        }

        void check(int i, long wrId, int opcode) {
            VerbsLabCase.check(queue.status(i) == CompletionQueue.SUCCESS, CompletionQueue.statusText(queue.status(i)));
            VerbsLabCase.check(queue.wrId(i) == wrId && queue.opcode(i) == opcode && queue.qpn(i) == pair.qpn(),
                    "wrId " + queue.wrId(i) + ", opcode " + queue.opcode(i) + ", QP " + queue.qpn(i));
        }

        @Override
        public void close() {
            pair.close();
            queue.close();
            channel.close();
            region.close();
            domain.close();
            context.close();
        }
    }
}
