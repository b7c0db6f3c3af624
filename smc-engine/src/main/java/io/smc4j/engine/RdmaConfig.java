package io.smc4j.engine;

import java.util.List;
import java.util.Objects;

/**
 * How an engine uses RDMA. Immutable.
 *
 * @param provider what carries SMC-R
 * @param ueids user EIDs by which peers recognise that they may use SMC-R version 2 with each other; up to four
 * @param device name of the RDMA device to use, such as {@code mlx5_0}; {@code null} for any
 * @param port number of the device's port, from 1; 0 for any
 * @param gidIndex index in the port's GID table for version 2; -1 for the one of the connection's local address
 * @param pnet which devices serve which network interfaces, where that does not show by itself
 * @param maxLinks links of a link group at most, 1 or 2
 * @param maxConnections connections of a link group at most, 16 to 255
 */
public record RdmaConfig(
        Provider provider,
        List<String> ueids,
        String device,
        int port,
        int gidIndex,
        List<PnetEntry> pnet,
        int maxLinks,
        int maxConnections) {

    /** The EID of engines that were not given another. */
    public static final String DEFAULT_UEID = "SMC4J";

    private static final int MAX_UEIDS = 4;

    /** What carries SMC-R. */
    public enum Provider {
        /** Verbs where there is a device that can be used. */
        AUTO,
        /** The engine's own implementation over libibverbs. */
        VERBS,
        /** Sockets of the kernel's address family {@code AF_SMC}. */
        KERNEL,
        /** No RDMA. */
        NONE
    }

    /**
     * Says that a device's port is on the same physical network as a network interface. Two entries for one interface give
     * it two ports, and a link group between such hosts two links.
     *
     * @param netdev the network interface that carries the TCP connections, such as {@code eth0}
     * @param device the RDMA device
     * @param port its port, from 1
     */
    public record PnetEntry(String netdev, String device, int port) {

        /** Requires names and a port. */
        public PnetEntry {
            if (netdev.isBlank() || device.isBlank() || port < 1 || port > 255) {
                throw new IllegalArgumentException("PNET entry needs an interface, a device and a port of it, from 1");
            }
        }
    }

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range; the message names value and range
     */
    public RdmaConfig {
        Objects.requireNonNull(provider, "provider");
        ueids = List.copyOf(ueids);
        pnet = List.copyOf(pnet);
        if (ueids.size() > MAX_UEIDS) {
            throw new IllegalArgumentException(ueids.size() + " UEIDs are more than " + MAX_UEIDS);
        }
        for (String ueid : ueids) {
            if (!ueid.matches("[A-Z0-9][A-Z0-9.-]{0,31}")) {
                throw new IllegalArgumentException("UEID '" + ueid + "' is not 1 to 32 characters A-Z 0-9 . -");
            }
        }
        SmcConfig.requireInRange("port", port, 0, 255);
        SmcConfig.requireInRange("GID index", gidIndex, -1, 65535);
        SmcConfig.requireInRange("links per link group", maxLinks, 1, 2);
        SmcConfig.requireInRange("connections per link group", maxConnections, 16, 255);
    }

    /** All defaults. */
    public static RdmaConfig defaults() {
        return new RdmaConfig(Provider.AUTO, List.of(DEFAULT_UEID), null, 0, -1, List.of(), 2, 255);
    }
}
