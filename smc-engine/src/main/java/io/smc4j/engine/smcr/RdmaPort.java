package io.smc4j.engine.smcr;

import io.smc4j.engine.os.verbs.GidEntry;
import io.smc4j.engine.wire.MacAddress;
import io.smc4j.engine.wire.RoceGid;

/**
 * A port of an RDMA device, as it serves connections of one local address: with a GID for each version that can be
 * spoken.
 */
final class RdmaPort {

    private final RdmaDevice device;
    private final int number;
    private final int mtuCode;
    private final String netdev;
    private final MacAddress mac;
    private final GidEntry v1;
    private final GidEntry v2;

    /**
     * Says what the port has.
     *
     * @param mtuCode its path MTU: 1 is 256 bytes, 5 is 4096
     * @param netdev the network interface on it
     * @param v1 the GID for version 1, or {@code null}
     * @param v2 the GID for version 2, or {@code null}
     */
    RdmaPort(RdmaDevice device, int number, int mtuCode, String netdev, MacAddress mac, GidEntry v1, GidEntry v2) {
        this.device = device;
        this.number = number;
        this.mtuCode = mtuCode;
        this.netdev = netdev;
        this.mac = mac;
        this.v1 = v1;
        this.v2 = v2;
    }

    RdmaDevice device() {
        return device;
    }

    int number() {
        return number;
    }

    int mtuCode() {
        return mtuCode;
    }

    String netdev() {
        return netdev;
    }

    MacAddress mac() {
        return mac;
    }

    GidEntry v1() {
        return v1;
    }

    GidEntry v2() {
        return v2;
    }

    /** The GID for a version of the protocol, which must be there. */
    GidEntry gid(int version) {
        return version == 1 ? v1 : v2;
    }

    /** The GID for a version; zero if there is none. */
    RoceGid roceGid(int version) {
        GidEntry entry = gid(version);
        return entry == null ? RoceGid.ZERO : new RoceGid(entry.high(), entry.low());
    }

    boolean isSameAs(RdmaPort other) {
        return device == other.device && number == other.number;
    }

    @Override
    public String toString() {
        return device.name() + ":" + number;
    }
}
