package io.smc4j.spring.boot.autoconfigure.testsupport;

import io.smc4j.engine.HttpDiscovery;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Has every connection ask and answer, and keeps what was learned. */
public final class ScriptedDiscovery implements HttpDiscovery {

    private final List<InetSocketAddress> learned = new CopyOnWriteArrayList<>();
    private final AtomicInteger questions = new AtomicInteger();
    private final AtomicInteger answers = new AtomicInteger();
    private volatile boolean silent;

    /** From now on nothing is asked and answered. */
    public void setSilent() {
        silent = true;
    }

    /** As new. */
    public void reset() {
        silent = false;
        learned.clear();
        questions.set(0);
        answers.set(0);
    }

    /** Listeners that were learned of. */
    public List<InetSocketAddress> learned() {
        return learned;
    }

    public int questions() {
        return questions.get();
    }

    public int answers() {
        return answers.get();
    }

    @Override
    public boolean mayAsk(InetSocketAddress local, InetSocketAddress remote) {
        if (!silent) {
            questions.incrementAndGet();
        }
        return !silent;
    }

    @Override
    public boolean mayAnswer(InetSocketAddress local, InetSocketAddress remote) {
        if (!silent) {
            answers.incrementAndGet();
        }
        return !silent;
    }

    @Override
    public boolean learn(InetSocketAddress local, InetSocketAddress remote) {
        return learned.add(remote);
    }

    @Override
    public boolean hasLearned(InetSocketAddress listener) {
        return learned.contains(listener);
    }
}
