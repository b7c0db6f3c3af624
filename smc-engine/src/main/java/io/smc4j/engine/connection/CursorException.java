package io.smc4j.engine.connection;

import java.io.IOException;

/** The peer's cursor points outside of what it may. */
final class CursorException extends IOException {

    private static final long serialVersionUID = 1L;

    CursorException(long distance, int size) {
        super("SMC peer moved its cursor by " + distance + " bytes in a ring of " + size);
    }
}
