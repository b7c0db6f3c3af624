package io.smc4j.engine.discovery.directory;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.ControlLoop;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks for the engine that has a TCP connection: asks who had one to the same address before, and then all others at
 * once. Lives on the control loop, but for the first question.
 */
final class Search {

    /** How long who had a connection to the same address before is waited for: it may have no processor for a while. */
    private static final long FOUND_BEFORE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ControlLoop loop;
    private final Engines engines;
    private final Question question;
    private final Consumer<Result> done;
    /** Those who are waited for. */
    private final Set<Acquaintance> waiting = new HashSet<>();
    private final Set<Acquaintance> asked = new HashSet<>();
    private ControlLoop.Timer deadline;
    private volatile ControlLoop.Timer firstDeadline;
    private FallbackReason objection;
    private boolean complete = true;
    private boolean all;
    private volatile boolean over;

    /**
     * What came of it.
     *
     * @param engine who has the connection; {@code null} if nobody
     * @param answer its answer
     * @param objection why there is none
     * @param complete whether everybody who was asked has answered
     */
    record Result(Acquaintance engine, Answer answer, FallbackReason objection, boolean complete) {
    }

    /** @param done told once */
    Search(ControlLoop loop, Engines engines, Question question, Consumer<Result> done) {
        this.loop = loop;
        this.engines = engines;
        this.question = question;
        this.done = done;
    }

    /**
     * Begins with who had a connection to the same address before; any thread.
     *
     * @return whether that one is waited for; if not, this has not begun
     */
    boolean askFirst(Acquaintance first) {
        if (!first.isPrompt()) {
            return false;
        }
        asked.add(first);
        waiting.add(first);
        if (!first.ask(question, this)) {
            waiting.clear();
            asked.clear();
            return false;
        }
        // The control loop may be at it already.
        ControlLoop.Timer timer = loop.schedule(FOUND_BEFORE_NANOS, this::firstExpired);
        firstDeadline = timer;
        if (over) {
            timer.cancel();
        }
        return true;
    }

    private void firstExpired() {
        if (!all) {
            expired();
        }
    }

    /** Begins, or goes on, with all others at once; on the control loop. */
    void askAll() {
        all = true;
        long patience = 0;
        for (Acquaintance engine : engines.all()) {
            if (!asked.contains(engine) && ask(engine)) {
                patience = Math.max(patience, engines.patienceNanos(engine));
            }
        }
        if (!over && waiting.isEmpty()) {
            finish(null, null);
        } else if (!over) {
            await(patience);
        }
    }

    private boolean ask(Acquaintance engine) {
        long patience = engines.patienceNanos(engine);
        if (!engine.ask(question, this)) {
            note(engine);
            return false;
        }
        asked.add(engine);
        if (patience == 0) {
            complete = false;
            return false;
        }
        waiting.add(engine);
        return true;
    }

    private void await(long nanos) {
        if (deadline != null) {
            deadline.cancel();
        }
        deadline = loop.schedule(nanos, this::expired);
    }

    private void expired() {
        if (over) {
            return;
        }
        boolean before = all;
        List.copyOf(waiting).forEach(Acquaintance::catchUp);
        if (over || all != before) {
            return;
        }
        complete = false;
        List<Acquaintance> late = List.copyOf(waiting);
        waiting.clear();
        late.forEach(engines::tarries);
        goOn();
    }

    /** The reason of one engine that may be the one; the most telling. */
    private void note(Acquaintance engine) {
        if (engine.objection() != null) {
            objection = engine.objection();
        }
    }

    /** An answer has come, maybe too late. */
    void answered(Acquaintance engine, Answer answer) {
        if (over) {
            return;
        }
        note(engine);
        boolean waitedFor = waiting.remove(engine);
        if (answer.verdict() == Answer.Verdict.MINE) {
            finish(engine, answer);
        } else if (waitedFor) {
            goOn();
        }
    }

    /** No answer is going to come. */
    void lost(Acquaintance engine) {
        if (!over && waiting.remove(engine)) {
            goOn();
        }
    }

    private void goOn() {
        if (!waiting.isEmpty()) {
            return;
        }
        if (all) {
            finish(null, null);
        } else {
            askAll();
        }
    }

    private void finish(Acquaintance engine, Answer answer) {
        over = true;
        if (deadline != null) {
            deadline.cancel();
        }
        ControlLoop.Timer first = firstDeadline;
        if (first != null) {
            first.cancel();
        }
        done.accept(new Result(engine, answer, engine == null ? objection : null, complete));
    }
}
