package io.smc4j.engine.discovery;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Which addresses are public: those that may be reached from everywhere. */
public final class PublicAddresses {

    /** RFC 4193: fc00::/7. */
    private static final int UNIQUE_LOCAL = 0xFC;
    private static final int UNIQUE_LOCAL_MASK = 0xFE;
    /** RFC 6598: 100.64.0.0/10, which overlay networks use as well. */
    private static final int SHARED = 0x6440;
    private static final int SHARED_MASK = 0xFFC0;

    private PublicAddresses() {
    }

    /**
     * Whether an address is none of a private network (RFC 1918, 4193, 6598), nor of one link, nor of this host.
     */
    public static boolean contains(InetAddress address) {
        return !address.isLoopbackAddress() && !address.isLinkLocalAddress() && !address.isSiteLocalAddress()
                && !isShared(address);
    }

    private static boolean isShared(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return ((bytes[0] & 0xFF) << 8 | bytes[1] & SHARED_MASK & 0xFF) == SHARED;
        }
        return (bytes[0] & UNIQUE_LOCAL_MASK) == UNIQUE_LOCAL;
    }
}
