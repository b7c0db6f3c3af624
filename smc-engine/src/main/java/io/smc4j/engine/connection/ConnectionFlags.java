package io.smc4j.engine.connection;

/** State flags a side shows its peer; sticky. The values of the CDC message's connection state flags (RFC 7609). */
final class ConnectionFlags {

    /** The sender has shut its write side down: end of stream after the data. */
    static final int DONE_WRITING = 0x80;
    /** The sender has closed and touches the receiver's memory no more. */
    static final int CLOSED = 0x40;
    /** The sender has ended abnormally, or dropped unread data. */
    static final int ABORT = 0x20;
    /**
     * What follows the data in the receiver's ring comes over TCP. Not of the protocol: only between sides that have
     * agreed on it.
     */
    static final int MOVED = 0x10;

    private ConnectionFlags() {
    }
}
