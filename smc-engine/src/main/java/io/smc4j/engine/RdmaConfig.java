package io.smc4j.engine;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * How an engine uses RDMA. Immutable.
 *
 * @param provider what carries SMC-R
 * @param ueid user EIDs by which peers recognise that they may use SMC-R version 2 with each other; one to four
 * @param device name of the RDMA device to use, such as {@code mlx5_0}; {@code null} for any
 * @param port number of the device's port, from 1; 0 for any
 * @param gidIndex index in the port's GID table for version 2; -1 for the one of the connection's local address
 * @param pnet which devices serve which network interfaces, where that does not show by itself
 * @param maxLinks links of a link group at most, 1 or 2
 * @param maxConnections connections of a link group at most, 16 to 255
 */
public record RdmaConfig(
        Provider provider,
        List<String> ueid,
        String device,
        int port,
        int gidIndex,
        List<PnetEntry> pnet,
        int maxLinks,
        int maxConnections) {

    /** The EID of engines that were not given another. */
    public static final String DEFAULT_UEID = "SMC4J";

    private static final int MAX_UEIDS = 4;
    private static final Pattern UEID = Pattern.compile("[A-Z0-9][A-Z0-9.-]{0,31}");
    private static final Pattern DEVICE = Pattern.compile("[\\p{Alnum}._-]{1,63}");
    private static final String DEVICE_NAME = "the name of an RDMA device, such as mlx5_0";
    private static final Pattern NETDEV = Pattern.compile("[^\\s/]{1,15}");

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
     * Says that a device's port is on the same physical network as a network interface. Two entries for one interface
     * give it two ports, and a link group between such hosts two links.
     *
     * @param netdev the network interface that carries the TCP connections, such as {@code eth0}
     * @param device the RDMA device
     * @param port its port, from 1
     */
    public record PnetEntry(String netdev, String device, int port) {

        /**
         * Requires names and a port.
         *
         * @throws InvalidSettingException if one is not permitted; it is called by the name of the component
         */
        public PnetEntry {
            InvalidSettingException.requireSyntax("netdev", netdev, NETDEV,
                    "the name of a network interface, such as eth0");
            InvalidSettingException.requireSyntax("device", device, DEVICE, DEVICE_NAME);
            InvalidSettingException.requireNumber("port", port, 1, 255);
        }
    }

    /**
     * Checks names and ranges.
     *
     * @throws InvalidSettingException naming the first setting that is not permitted
     */
    public RdmaConfig {
        Objects.requireNonNull(provider, "provider");
        ueid = List.copyOf(ueid);
        pnet = List.copyOf(pnet);
        if (ueid.isEmpty() || ueid.size() > MAX_UEIDS) {
            throw new InvalidSettingException("rdma.ueid", String.join(",", ueid), "1 to " + MAX_UEIDS + " EIDs");
        }
        for (int i = 0; i < ueid.size(); i++) {
            InvalidSettingException.requireSyntax("rdma.ueid[" + i + "]", ueid.get(i), UEID,
                    "an EID: 1 to 32 characters A-Z, 0-9, '.' and '-', of which the first is a letter or a digit");
        }
        if (device != null) {
            InvalidSettingException.requireSyntax("rdma.device", device, DEVICE, DEVICE_NAME);
        }
        InvalidSettingException.requireNumber("rdma.port", port, 0, 255);
        InvalidSettingException.requireNumber("rdma.gid-index", gidIndex, -1, 65535);
        InvalidSettingException.requireNumber("rdma.max-links", maxLinks, 1, 2);
        InvalidSettingException.requireNumber("rdma.max-connections", maxConnections, 16, 255);
    }

    /** All defaults. */
    public static RdmaConfig defaults() {
        return new RdmaConfig(Provider.AUTO, List.of(DEFAULT_UEID), null, 0, -1, List.of(), 2, 255);
    }
}
