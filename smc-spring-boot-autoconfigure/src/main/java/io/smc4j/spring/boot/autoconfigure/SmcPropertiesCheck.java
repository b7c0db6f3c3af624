package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.spring.boot.autoconfigure.SmcProperties.PolicyRule;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.util.unit.DataSize;

/**
 * The ranges and formats of {@link SmcProperties}. They lie within what the engine accepts, and are stated here again
 * because the engine cannot be asked on a Java version that does not load it.
 */
final class SmcPropertiesCheck {

    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("(?=.*:)[0-9A-Fa-f:.]+");
    private static final Pattern CIDR = Pattern.compile("([^/]+)(?:/(\\d{1,3}))?");
    private static final Pattern PORTS = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
    private static final Pattern HOST = Pattern.compile("[\\p{L}\\p{N}._*-]+");
    private static final Pattern HOST_IPV6 = Pattern.compile(
            "[0-9A-Fa-f]+:\\*|[0-9A-Fa-f.*]*(?::[0-9A-Fa-f.*]*){2,}");
    private static final Pattern PEER = Pattern.compile(
            "(?:\\[([^\\[\\]/]*:[^\\[\\]/]*)]|([^\\[\\]/:]+))(/\\d{1,3})?(?::([\\d-]+))?");
    private static final Pattern UEID = Pattern.compile("[A-Z0-9][A-Z0-9.-]{0,31}");
    private static final int MAX_UEIDS = 4;
    private static final Pattern DEVICE = Pattern.compile("[\\p{Alnum}._-]{1,63}");
    private static final String DEVICE_NAME = "the name of an RDMA device, such as mlx5_0";
    private static final Pattern NETDEV = Pattern.compile("[^\\s/]{1,15}");

    private SmcPropertiesCheck() {
    }

    static void check(SmcProperties properties) {
        size("smc.buffers.send-size", properties.buffers().sendSize(), "16KB", "1MB");
        size("smc.buffers.receive-size", properties.buffers().receiveSize(), "16KB", "1MB");
        size("smc.buffers.initial-size", properties.buffers().initialSize(), "16KB", "1MB");
        duration("smc.buffers.idle-after", properties.buffers().idleAfter(), Duration.ofSeconds(1), "1s",
                Duration.ofDays(1), "1d");
        size("smc.memory.limit", properties.memory().limit(), "0B", "64GB");
        duration("smc.handshake.timeout", properties.handshake().timeout(), Duration.ofMillis(1), "1ms",
                Duration.ofMinutes(10), "10m");
        duration("smc.handshake.retry-after", properties.handshake().retryAfter(), Duration.ZERO, "0s",
                Duration.ofDays(1), "1d");
        duration("smc.spin.limit", properties.spin().limit(), Duration.ZERO, "0us", Duration.ofMillis(1), "1ms");
        number("smc.client.pool.max-total", properties.client().pool().maxTotal(), 1, 65535);
        number("smc.client.pool.max-per-route", properties.client().pool().maxPerRoute(), 1, 65535);
        checkRdma(properties.rdma());
        checkPeers(properties.peers().include());
        checkPolicy("smc.policy", properties.policy());
    }

    /** Checks the rules of a policy, whose elements are called {@code name[0]} and so on in messages. */
    static void checkPolicy(String name, List<PolicyRule> rules) {
        for (int i = 0; i < rules.size(); i++) {
            String rule = name + "[" + i + "]";
            if (rules.get(i) == null || rules.get(i).action() == null) {
                throw new InvalidSmcPropertyException(rule + ".action", null, "allow or deny");
            }
            host(rule + ".host", rules.get(i).host());
            cidr(rule + ".cidr", rules.get(i).cidr());
            port(rule + ".port", rules.get(i).port());
        }
    }

    private static void checkRdma(SmcProperties.Rdma rdma) {
        if (rdma.ueid().isEmpty() || rdma.ueid().size() > MAX_UEIDS) {
            throw new InvalidSmcPropertyException("smc.rdma.ueid", String.join(",", rdma.ueid()),
                    "1 to " + MAX_UEIDS + " EIDs");
        }
        for (int i = 0; i < rdma.ueid().size(); i++) {
            text("smc.rdma.ueid[" + i + "]", rdma.ueid().get(i), UEID,
                    "an EID: 1 to 32 characters A-Z, 0-9, '.' and '-', of which the first is a letter or a digit");
        }
        if (rdma.device() != null) {
            text("smc.rdma.device", rdma.device(), DEVICE, DEVICE_NAME);
        }
        number("smc.rdma.port", rdma.port(), 0, 255);
        number("smc.rdma.gid-index", rdma.gidIndex(), -1, 65535);
        for (int i = 0; i < rdma.pnet().size(); i++) {
            SmcProperties.Pnet entry = rdma.pnet().get(i);
            String name = "smc.rdma.pnet[" + i + "]";
            text(name + ".netdev", entry.netdev(), NETDEV, "the name of a network interface, such as eth0");
            text(name + ".device", entry.device(), DEVICE, DEVICE_NAME);
            number(name + ".port", entry.port(), 1, 255);
        }
        number("smc.rdma.max-links", rdma.maxLinks(), 1, 2);
        number("smc.rdma.max-connections", rdma.maxConnections(), 16, 255);
    }

    private static void checkPeers(List<String> peers) {
        for (int i = 0; i < peers.size(); i++) {
            if (!isPeer(peers.get(i))) {
                throw new InvalidSmcPropertyException("smc.peers.include[" + i + "]", peers.get(i),
                        "an address or an address range, with a port or a range of ports if not all are meant, such as "
                                + "10.0.0.0/8, 10.1.2.3:8080 or [fd00::]/8:8000-8999; host names are not looked up");
            }
        }
    }

    private static boolean isPeer(String value) {
        Matcher matcher = PEER.matcher(value);
        if (!matcher.matches()) {
            return isCidr(value);
        }
        String address = (matcher.group(1) != null) ? matcher.group(1) : matcher.group(2);
        String prefix = (matcher.group(3) != null) ? matcher.group(3) : "";
        return isCidr(address + prefix) && (matcher.group(4) == null || isPortRange(matcher.group(4)));
    }

    private static void text(String name, String value, Pattern syntax, String permitted) {
        if (value == null || !syntax.matcher(value).matches()) {
            throw new InvalidSmcPropertyException(name, value, permitted);
        }
    }

    private static void size(String name, DataSize value, String min, String max) {
        if (value.compareTo(DataSize.parse(min)) < 0 || value.compareTo(DataSize.parse(max)) > 0) {
            throw new InvalidSmcPropertyException(name, value, "between " + min + " and " + max);
        }
    }

    private static void duration(String name, Duration value, Duration min, String minText, Duration max,
            String maxText) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new InvalidSmcPropertyException(name, value, "between " + minText + " and " + maxText);
        }
    }

    private static void number(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new InvalidSmcPropertyException(name, value, "between " + min + " and " + max);
        }
    }

    private static void host(String name, String value) {
        if (value != null && !HOST.matcher(value).matches() && !HOST_IPV6.matcher(value).matches()) {
            throw new InvalidSmcPropertyException(name, value,
                    "a host name, an address or a pattern such as *.example.com, without scheme, port and path");
        }
    }

    private static void cidr(String name, String value) {
        if (value != null && !isCidr(value)) {
            throw new InvalidSmcPropertyException(name, value,
                    "an IPv4 or IPv6 address, or an address and a prefix length such as 10.0.0.0/8 or fd00::/8");
        }
    }

    private static boolean isCidr(String value) {
        Matcher matcher = CIDR.matcher(value);
        if (!matcher.matches()) {
            return false;
        }
        int bits = addressBits(matcher.group(1));
        return bits > 0 && (matcher.group(2) == null || Integer.parseInt(matcher.group(2)) <= bits);
    }

    /** The length of a literal address, or 0 if it is none. Never looks up a name. */
    private static int addressBits(String address) {
        if (IPV4.matcher(address).matches()) {
            return 32;
        }
        if (!IPV6.matcher(address).matches()) {
            return 0;
        }
        try {
            // Brackets make it a literal, which is parsed or refused. A mapped address has the length of IPv4.
            return InetAddress.getByName("[" + address + "]").getAddress().length * 8;
        } catch (UnknownHostException e) {
            return 0;
        }
    }

    private static void port(String name, String value) {
        if (value != null && !isPortRange(value)) {
            throw new InvalidSmcPropertyException(name, value,
                    "a port or a range of ports between 1 and 65535, such as 8080 or 8000-8999");
        }
    }

    private static boolean isPortRange(String value) {
        Matcher matcher = PORTS.matcher(value);
        if (!matcher.matches()) {
            return false;
        }
        int first = Integer.parseInt(matcher.group(1));
        int last = (matcher.group(2) != null) ? Integer.parseInt(matcher.group(2)) : first;
        return first >= 1 && first <= last && last <= 65535;
    }
}
