package io.smc4j.engine.discovery;

/**
 * Announces SMC in TCP's handshake, by the option that kernels use, too: the client in its SYN, and the server in the
 * answer to such a SYN. If both did, a CLC exchange is mandatory on the connection. By default nobody announces.
 * Thread-safe.
 */
public interface Announcer extends AutoCloseable {

    /** For a process that has no use for it. */
    Announcer NONE = fd -> false;

    /**
     * Has a socket announce; before it connects or listens.
     *
     * @return whether it will; if so, it is to be {@linkplain #forget forgotten} before it is closed
     */
    boolean announce(int fd);

    /** Whether the listener has answered the announcement of a socket that is connected now. */
    default boolean peerAnnounced(int fd) {
        return false;
    }

    /** Whether the client of an accepted socket has announced, and the answer did, too. */
    default boolean answered(int acceptedFd) {
        return false;
    }

    /** Whether this process may announce at all, where that could help. */
    default boolean isPermitted() {
        return true;
    }

    /** Whether the client of an accepted socket has announced, but the answer could not; asked once for each. */
    default boolean announcedUnanswered(int acceptedFd) {
        return false;
    }

    /** The announcement of a socket has served its purpose; nothing happens if there was none. */
    default void forget(int fd) {
        // Nothing is known.
    }

    @Override
    default void close() {
        // Nothing was opened.
    }
}
