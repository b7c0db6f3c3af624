package io.smc4j.engine.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * An ISM device as SMC-D peers name it.
 *
 * <p>CHIDs from {@code 0xFF00} up belong to emulated devices, whose GID has 128 bits. A Proposal names such a device by
 * two consecutive {@linkplain IsmEntry entries} of the same CHID; Accept and Confirm have a field for the second half.
 *
 * @param gid the GID, or the first half of an emulated device's GID
 * @param gidExtension the second half; 0 for a native device
 * @param chid the channel id, 0 to 65535
 */
public record IsmDevice(long gid, long gidExtension, int chid) {

    private static final int FIRST_EMULATED_CHID = 0xFF00;

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException if the CHID has more than 16 bits, or a native device has a GID extension
     */
    public IsmDevice {
        Fields.requireUnsigned("CHID", chid, Short.SIZE);
        Fields.require(gidExtension == 0 || isEmulated(chid), "only emulated devices have a GID extension");
    }

    /** Whether the device is emulated in software. */
    public boolean isEmulated() {
        return isEmulated(chid);
    }

    private static boolean isEmulated(int chid) {
        return chid >= FIRST_EMULATED_CHID;
    }

    /** The one or two entries that name the device in a Proposal. */
    public List<IsmEntry> entries() {
        IsmEntry first = new IsmEntry(gid, chid);
        return isEmulated() ? List.of(first, new IsmEntry(gidExtension, chid)) : List.of(first);
    }

    /**
     * The devices a Proposal's entries name, in their order. An emulated device's half without its twin is passed over.
     */
    public static List<IsmDevice> of(List<IsmEntry> entries) {
        List<IsmDevice> devices = new ArrayList<>(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            IsmEntry entry = entries.get(i);
            if (!isEmulated(entry.chid())) {
                devices.add(new IsmDevice(entry.gid(), 0, entry.chid()));
            } else if (i + 1 < entries.size() && entries.get(i + 1).chid() == entry.chid()) {
                i++;
                devices.add(new IsmDevice(entry.gid(), entries.get(i).gid(), entry.chid()));
            }
        }
        return List.copyOf(devices);
    }
}
