package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The SMC-D version 2 extension of a Proposal.
 *
 * <pre>
 * off  size  field
 *   0    32  system EID
 *  32    16  reserved
 *  48  10*g  {@link IsmEntry}; their number g is in the {@link ClcV2Extension}
 * </pre>
 *
 * @param seid the system EID, if the client has one; whether it is valid is a bit in the {@link ClcV2Extension}
 * @param entries the client's ISM devices, at most eight entries: see {@link IsmDevice}
 */
public record ClcSmcdV2Extension(Optional<Eid> seid, List<IsmEntry> entries) {

    private static final int ENTRIES_OFFSET = 48;

    static final int MAX_LENGTH = ENTRIES_OFFSET + Clc.MAX_ISM_ENTRIES * IsmEntry.LENGTH;

    /**
     * Checks the number of entries.
     *
     * @throws IllegalArgumentException if there are more than eight
     */
    public ClcSmcdV2Extension {
        entries = List.copyOf(entries);
        Fields.requireInRange("number of ISM entries", entries.size(), 0, Clc.MAX_ISM_ENTRIES);
    }

    /**
     * The extension that offers some devices, without a system EID.
     *
     * @throws IllegalArgumentException if the devices need more than eight entries
     */
    public static ClcSmcdV2Extension ofDevices(List<IsmDevice> devices) {
        return new ClcSmcdV2Extension(Optional.empty(),
                devices.stream().flatMap(device -> device.entries().stream()).toList());
    }

    /** The devices the entries name. */
    public List<IsmDevice> devices() {
        return IsmDevice.of(entries);
    }

    int length() {
        return length(entries.size());
    }

    static int length(int entryCount) {
        return ENTRIES_OFFSET + entryCount * IsmEntry.LENGTH;
    }

    void write(ByteBuffer out, int offset) {
        seid.ifPresent(eid -> eid.write(out, offset));
        for (int i = 0; i < entries.size(); i++) {
            entries.get(i).write(out, offset + ENTRIES_OFFSET + i * IsmEntry.LENGTH);
        }
    }

    /** Reads the extension, which must lie within the buffer. */
    static ClcSmcdV2Extension read(ByteBuffer in, int offset, boolean seidValid, int entryCount)
            throws ClcFormatException {
        Optional<Eid> seid = seidValid ? Optional.of(Eid.read("system EID", in, offset)) : Optional.empty();
        List<IsmEntry> entries = new ArrayList<>(entryCount);
        for (int i = 0; i < entryCount; i++) {
            entries.add(IsmEntry.read(in, offset + ENTRIES_OFFSET + i * IsmEntry.LENGTH));
        }
        return new ClcSmcdV2Extension(seid, entries);
    }
}
