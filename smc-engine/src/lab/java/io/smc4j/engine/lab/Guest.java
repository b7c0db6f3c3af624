package io.smc4j.engine.lab;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a case finds in the lab's machine. All of it fails outside. */
public final class Guest {

    /** How much slower than the host an emulated machine is taken to be, in all deadlines. */
    public static final int SLOWNESS = 10;

    /** An end of a wire: A and B are connected, and C and D in a machine of {@link MachineKind#TWO_PAIRS}. */
    public enum End {
        A, B, C, D;

        /** Its IPv4 address. What is bound to nothing connects to an end from the other end of its wire. */
        public InetAddress address() {
            try {
                return InetAddress.getByName(ip());
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Its IPv4 address in digits. */
        public String ip() {
            return variable("LAB_IP_" + name());
        }

        /** Its network device. */
        public String networkDevice() {
            return variable("LAB_NETDEV_" + name());
        }

        /** Its RDMA device, as libibverbs names it. */
        public String rdmaDevice() {
            return variable("LAB_IBDEV_" + name());
        }
    }

    private Guest() {
    }

    /** The index of the RoCE v2 GID that holds the IPv4 address, the same for all devices. */
    public static int gidIndex() {
        return Integer.parseInt(variable("LAB_GID_INDEX"));
    }

    /** What is patience enough here if it were {@code onHost} on a host. */
    public static Duration patience(Duration onHost) {
        return onHost.multipliedBy(SLOWNESS);
    }

    /** The {@code name=value} words of a line that {@code smc.py} printed. */
    public static Map<String, String> fields(String line) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String word : line.split(" ")) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                fields.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        return fields;
    }

    static String variable(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalStateException(name
                    + " is not set: this is not the lab's machine, or not one of that kind");
        }
        return value;
    }
}
