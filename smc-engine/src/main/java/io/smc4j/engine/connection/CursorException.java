package io.smc4j.engine.connection;

import java.io.IOException;

/** A cursor of the peer, or a ring it offers, is outside of what it may be. */
final class CursorException extends IOException {

    private static final long serialVersionUID = 1L;

    CursorException(String message) {
        super(message);
    }

    CursorException(long distance, int size) {
        super("SMC peer moved its cursor by " + distance + " bytes in a ring of " + size);
    }
}
