package io.smc4j.engine;

/**
 * Where a connection stands in its life, named as {@code smcss} names it: the states of RFC 7609, section 4.8, with the
 * numbers of the kernel's {@code enum smc_state} ({@code net/smc/smc.h}).
 */
public enum SmcState {

    /** Both sides can write. */
    ACTIVE(1),
    /** Not connected, or the negotiation is under way. */
    INIT(2),
    /** Closed. */
    CLOSED(7),
    /** A listener. */
    LISTEN(10),
    /** This side has ended its stream first; the peer's has not ended. */
    PEERCLOSEWAIT1(20),
    /** This side has ended its stream first; the peer has ended its own, but has not closed. */
    PEERCLOSEWAIT2(21),
    /** The peer has ended its stream first; this side can write. */
    APPCLOSEWAIT1(22),
    /** The peer has ended its stream first, then this side its own. */
    APPCLOSEWAIT2(23),
    /** Both have ended their streams, and the peer has closed: this side is to close. */
    APPFINCLOSEWAIT(24),
    /** Both have ended their streams, and this side has closed: the peer is to close. */
    PEERFINCLOSEWAIT(25),
    /** This side has aborted the connection; the peer has not acknowledged it. */
    PEERABORTWAIT(26),
    /** The peer has aborted the connection, or the link group is gone. */
    PROCESSABORT(27),
    /** A number that this table does not know, of a newer kernel. */
    UNKNOWN(-1);

    private final int kernelNumber;

    SmcState(int kernelNumber) {
        this.kernelNumber = kernelNumber;
    }

    /** The state for which the kernel has this number. */
    public static SmcState ofKernel(int number) {
        for (SmcState state : values()) {
            if (state.kernelNumber == number) {
                return state;
            }
        }
        return UNKNOWN;
    }
}
