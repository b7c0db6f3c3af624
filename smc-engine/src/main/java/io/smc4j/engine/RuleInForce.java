package io.smc4j.engine;

import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** A rule of a {@link PolicyTable}, and what came of it. Thread-safe. */
public final class RuleInForce {

    /** Who has put a rule in force. */
    public enum Origin {
        /** The settings the engine was opened with. */
        CONFIGURED,
        /** A call while the engine runs. */
        RUNTIME,
        /** The engine, by what it saw of a peer. */
        ADAPTIVE
    }

    /**
     * On what terms a rule is put in force.
     *
     * @param note what it is for, on one line; {@code null} for none
     * @param expiry when it ends; {@code null} for never
     * @param appliesToOpen whether connections that are open when it comes, and that it denies, go over to TCP; pools
     *        of clients end those that cannot
     */
    public record Terms(String note, Instant expiry, boolean appliesToOpen) {

        /** For ever, for connections from now on, without a note. */
        public static final Terms NONE = new Terms(null, null, false);

        private static final int MAX_NOTE = 200;

        /** Checks the note. */
        public Terms {
            if (note != null && (note.length() > MAX_NOTE || note.chars().anyMatch(Character::isISOControl))) {
                throw new InvalidSettingException("note", note.replaceAll("\\p{Cntrl}", "?"),
                        "one line of " + MAX_NOTE + " characters at most");
            }
        }
    }

    private final String id;
    private final SmcPolicy.Rule rule;
    private final Origin origin;
    private final Terms terms;
    /** Of {@link System#nanoTime}, which no change of the clock moves; counts only with an expiry. */
    private final long deadline;
    private final LongAdder hits = new LongAdder();
    private volatile long lastHitMillis;

    RuleInForce(String id, SmcPolicy.Rule rule, Origin origin, Terms terms, long deadline) {
        this.id = Objects.requireNonNull(id);
        this.rule = Objects.requireNonNull(rule, "rule");
        this.origin = origin;
        this.terms = terms;
        this.deadline = deadline;
    }

    /** What it is called while it is in force. Begins with a letter, so that no place in the list looks like it. */
    public String id() {
        return id;
    }

    /** What it says. */
    public SmcPolicy.Rule rule() {
        return rule;
    }

    /** Who has put it in force. */
    public Origin origin() {
        return origin;
    }

    /** What it is for, or {@code null}. */
    public String note() {
        return terms.note();
    }

    /** When it ends; {@code null} if it does not. */
    public Instant expiry() {
        return terms.expiry();
    }

    /** Whether open connections that it denies go over to TCP, or are ended. */
    public boolean appliesToOpen() {
        return terms.appliesToOpen();
    }

    /** About how many connections it has decided. */
    public long hits() {
        return hits.sum();
    }

    /** When it decided the last time; {@code null} if it has not. */
    public Instant lastHit() {
        long millis = lastHitMillis;
        return millis != 0 ? Instant.ofEpochMilli(millis) : null;
    }

    void hit() {
        hits.increment();
        lastHitMillis = System.currentTimeMillis();
    }

    boolean isOver(long nanoTime) {
        return terms.expiry() != null && nanoTime - deadline >= 0;
    }

    @Override
    public String toString() {
        return id + " " + rule;
    }
}
