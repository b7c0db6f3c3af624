package io.smc4j.engine.link;

/**
 * The buffers that a connection wants, in bytes, each a power of two.
 *
 * @param initial what a ring begins with that can grow while it is used
 * @param receive what rings to receive into may grow to
 * @param send what may be under way to the peer
 * @param fixed the most that a ring or a send buffer has that cannot grow
 */
public record BufferSizes(int initial, int receive, int send, int fixed) {

    /** Bytes of a ring that cannot grow. */
    public int fixedReceive() {
        return Math.min(receive, fixed);
    }

    /** Bytes that may be under way through a send buffer that cannot grow. */
    public int fixedSend() {
        return Math.min(send, fixed);
    }
}
