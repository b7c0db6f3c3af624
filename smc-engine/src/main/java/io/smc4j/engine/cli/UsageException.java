package io.smc4j.engine.cli;

/** The arguments make no command; the message says why, for the user. */
final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
