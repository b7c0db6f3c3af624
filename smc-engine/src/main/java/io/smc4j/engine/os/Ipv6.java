package io.smc4j.engine.os;

/** Finds out once whether IPv6 sockets are to be used. */
final class Ipv6 {

    static final boolean AVAILABLE = !Boolean.getBoolean("java.net.preferIPv4Stack") && canOpen();

    private Ipv6() {
    }

    private static boolean canOpen() {
        try {
            Sockets.close(Sockets.openStream(true));
            return true;
        } catch (OsException e) {
            // The kernel was built or started without IPv6: an answer, not a failure.
            return false;
        }
    }
}
