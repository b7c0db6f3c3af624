package io.smc4j.engine.link;

/**
 * The buffers that a connection wants, in bytes, each a size that CLC can name.
 *
 * @param initial what a ring begins with that can grow while it is used
 * @param receive what a ring to receive into may grow to
 * @param send what may be under way to the peer
 */
public record BufferSizes(int initial, int receive, int send) {
}
