package io.smc4j.engine.events;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcMonitor.SlowReader;
import io.smc4j.engine.SmcResources;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.SmcSnapshot.Role;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * Whom to tell what happens. Belongs to the process, as a logger does. While nobody records, a call is a look at a
 * field. Thread-safe.
 */
public interface EngineEvents {

    /** A handshake under way. Any thread, one at a time. */
    interface Handshake {

        /**
         * It is over.
         *
         * @param mode how the connection's bytes travel; {@code null} if there is none
         * @param linkGroup the number of its link group, or 0
         * @param reason of a fallback; else {@code null}
         * @param peerDiagnosis the code in the peer's Decline, or 0
         */
        void over(Role role, InetSocketAddress peer, HandshakeOutcome outcome, SmcMode mode, int linkGroup,
                FallbackReason reason, int peerDiagnosis);
    }

    /** A writer that finds no room. */
    interface Stall {

        /** There is room. */
        void end();

        /** Records it, if it has lasted long enough; after {@link #end}. */
        void record(long connection, SmcMode mode, InetSocketAddress local, InetSocketAddress peer);
    }

    /** Where they are recorded in this process. */
    static EngineEvents get() {
        return Recorder.OF_PROCESS;
    }

    /** Returns {@code null} if nobody records handshakes. */
    Handshake beginHandshake();

    /** A connection went to TCP. */
    void fallback(Role role, InetSocketAddress peer, FallbackReason reason, int peerDiagnosis);

    /**
     * A stall begins.
     *
     * @param former a stall that is over, to be used once more; or {@code null}
     * @return {@code null} if nobody records stalls
     */
    Stall beginStall(Stall former);

    /** A reader has become slow. */
    void slowReader(SlowReader reader);

    /** Connections can be made in a link group. */
    void linkGroupUp(Supplier<SmcSnapshot.LinkGroup> group);

    /** No more connections can be made in it, and those that there were are reset. */
    void linkGroupDown(Supplier<SmcSnapshot.LinkGroup> group, String reason);

    /** A link carries connections. */
    void linkUp(int linkGroup, Supplier<SmcSnapshot.Link> link);

    /** It carries nothing any more. */
    void linkDown(int linkGroup, Supplier<SmcSnapshot.Link> link, String reason);

    /** A resource has come close to its limit. */
    void scarce(SmcResources.Kind kind, SmcResources.Resource resource);

    /** The rules in force have changed. */
    void policyChanged(PolicyTable.Change change);
}
