package io.smc4j.engine.os.verbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads the GIDs of a device: at once where kernel and library can do that, else one by one and their attributes from
 * sysfs.
 */
final class GidTable {

    private static final ValueLayout.OfLong BIG_ENDIAN = JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);

    private final VerbsContext context;

    GidTable(VerbsContext context) {
        this.context = context;
    }

    List<GidEntry> read(int port) throws VerbsException {
        List<GidEntry> entries = readAtOnce(port);
        return entries != null ? entries : readOneByOne(port);
    }

    private List<GidEntry> readAtOnce(int port) throws VerbsException {
        long room = 0;
        for (int number = 1; number <= context.ports(); number++) {
            room += context.port(number).gidTableLength();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment table = arena.allocate(Math.max(1, room) * Abi.GID_ENTRY_SIZE, Long.BYTES);
            long count = VerbsCalls.queryGidTable(context.pointer(), table, room);
            if (count < 0) {
                return null;
            }
            List<GidEntry> entries = new ArrayList<>();
            for (long i = 0; i < Math.min(count, room); i++) {
                MemorySegment entry = table.asSlice(i * Abi.GID_ENTRY_SIZE, Abi.GID_ENTRY_SIZE);
                if (entry.get(JAVA_INT, Abi.GID_ENTRY_PORT) == port) {
                    entries.add(entry(port, entry));
                }
            }
            entries.sort(Comparator.comparingInt(GidEntry::index));
            return entries;
        }
    }

    private GidEntry entry(int port, MemorySegment entry) {
        int index = entry.get(JAVA_INT, Abi.GID_ENTRY_INDEX);
        GidEntry.Type type = switch (entry.get(JAVA_INT, Abi.GID_ENTRY_TYPE)) {
            case 1 -> GidEntry.Type.ROCE_V1;
            case 2 -> GidEntry.Type.ROCE_V2;
            default -> GidEntry.Type.IB;
        };
        int interfaceIndex = entry.get(JAVA_INT, Abi.GID_ENTRY_NDEV_IFINDEX);
        // sysfs rather than the index: it names the interface even where it has no address or another namespace.
        String netdev = interfaceIndex == 0 ? "" : attribute(port, "ndevs", index);
        return new GidEntry(index, entry.get(BIG_ENDIAN, 0), entry.get(BIG_ENDIAN, Long.BYTES), type, netdev);
    }

    List<GidEntry> readOneByOne(int port) throws VerbsException {
        PortAttributes attributes = context.port(port);
        List<GidEntry> entries = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment gid = arena.allocate(Abi.GID_SIZE, Long.BYTES);
            for (int index = 0; index < attributes.gidTableLength(); index++) {
                if (VerbsCalls.queryGid(context.pointer(), port, index, gid) != 0) {
                    continue;
                }
                long high = gid.get(BIG_ENDIAN, 0);
                long low = gid.get(BIG_ENDIAN, Long.BYTES);
                // An empty place reads as zero.
                if (high != 0 || low != 0) {
                    entries.add(new GidEntry(index, high, low, type(attributes, port, index),
                            attribute(port, "ndevs", index)));
                }
            }
        }
        return entries;
    }

    private GidEntry.Type type(PortAttributes attributes, int port, int index) {
        if (!attributes.ethernet()) {
            return GidEntry.Type.IB;
        }
        return attribute(port, "types", index).equals("RoCE v2") ? GidEntry.Type.ROCE_V2 : GidEntry.Type.ROCE_V1;
    }

    /** Empty where the kernel has nothing to say, which it reports as an error of the read. */
    private String attribute(int port, String name, int index) {
        Path file = Path.of("/sys/class/infiniband", context.device(), "ports", Integer.toString(port), "gid_attrs",
                name, Integer.toString(index));
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
