package io.smc4j.engine.discovery;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Which addresses are this host's. Asks the interfaces, and remembers the answer for ten seconds. Thread-safe. */
public final class LocalAddresses {

    private static final long VALID_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MAX_REMEMBERED = 1024;

    private final Map<InetAddress, Answer> answers = new ConcurrentHashMap<>();

    private record Answer(boolean local, long given) {
    }

    LocalAddresses() {
    }

    /** Whether the address is one of this host's. */
    public boolean contains(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return true;
        }
        long now = System.nanoTime();
        Answer known = answers.get(address);
        if (known == null || now - known.given > VALID_NANOS) {
            if (answers.size() >= MAX_REMEMBERED) {
                answers.clear();
            }
            known = new Answer(hasInterface(address), now);
            answers.put(address, known);
        }
        return known.local;
    }

    private static boolean hasInterface(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
