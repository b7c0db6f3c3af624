package io.smc4j.engine.smcd;

import io.smc4j.engine.os.UnixSockets;
import io.smc4j.engine.smcd.LinkGroupUsage.Share;
import java.util.HashMap;
import java.util.Map;

/**
 * How many link groups an engine has with one process, with one user, and at all. Each takes descriptors, two mappings
 * and address space, whoever asks for it, and counts from the first packet, so that connections to a marker that lead
 * to nothing count as well, until its memory is freed. Thread-safe.
 */
final class LinkGroupLimits {

    /**
     * At a dozen descriptors each it leaves some of the usual 65536 to others, and with the default memory limit less
     * than 5 of the 128 TiB of address space.
     */
    static final int MOST = 1024;
    /**
     * A process needs one link group for each engine in it, and for a moment one for each listener that it looks at. An
     * application has one engine, and a test run that keeps its contexts some dozens.
     */
    static final int MOST_PER_PROCESS = 64;

    private final UserShares users = new UserShares(MOST);
    private final Map<Integer, Integer> byProcess = new HashMap<>();
    private int highest;
    private int highestOfUser;
    private int highestOfProcess;

    /** The right to one link group. Given back once. */
    final class Seat {

        private final UnixSockets.Credentials peer;
        private boolean released;

        private Seat(UnixSockets.Credentials peer) {
            this.peer = peer;
        }

        /** Nothing of the link group is left. */
        void release() {
            synchronized (LinkGroupLimits.this) {
                if (!released) {
                    released = true;
                    giveBack(peer);
                }
            }
        }
    }

    /**
     * Lets a process have a link group, or one more.
     *
     * @return {@code null} if it, or its user, has enough
     */
    synchronized Seat take(UnixSockets.Credentials peer) {
        if (isKnown(peer) && byProcess.getOrDefault(peer.pid(), 0) >= MOST_PER_PROCESS || !users.take(peer.uid())) {
            return null;
        }
        if (isKnown(peer)) {
            byProcess.merge(peer.pid(), 1, Integer::sum);
        }
        highest = Math.max(highest, users.total());
        highestOfUser = Math.max(highestOfUser, users.fullest());
        highestOfProcess = Math.max(highestOfProcess, fullestProcess());
        return new Seat(peer);
    }

    private int fullestProcess() {
        return byProcess.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /** Link groups at all. */
    synchronized Share all() {
        return new Share(users.total(), MOST, highest);
    }

    /** Those of the user that has most. */
    synchronized Share ofUser() {
        int fullest = users.fullest();
        return new Share(fullest, users.limit(fullest), highestOfUser);
    }

    /** Those of the process that has most. */
    synchronized Share ofProcess() {
        return new Share(fullestProcess(), MOST_PER_PROCESS, highestOfProcess);
    }

    private void giveBack(UnixSockets.Credentials peer) {
        users.release(peer.uid());
        byProcess.computeIfPresent(peer.pid(), (key, taken) -> taken == 1 ? null : taken - 1);
    }

    /** Processes of a process namespace that this one cannot see all have the number 0. */
    private static boolean isKnown(UnixSockets.Credentials peer) {
        return peer.pid() > 0;
    }
}
