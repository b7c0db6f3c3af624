package io.smc4j.engine.smcr;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.wire.LlcMessage;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The LLC requests that this side makes: one at a time, as a response names the kind of request but not which one it
 * was. A peer's requests are independent of them. On the control loop.
 */
final class LlcFlows {

    /** How long a peer may take; the kernel gives up after two seconds. */
    static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /**
     * A peer that leaves so many requests in a row unanswered answers none: the link ends, whatever else still comes
     * over it.
     */
    static final int MAX_UNANSWERED = 3;

    /** What requests are made over: a link. */
    interface Carrier {
        /** Sends a message, now or soon. */
        void send(LlcMessage message);

        /** Whether nothing goes over it any more. */
        boolean isDown();

        /** Ends it. */
        void fail(String reason);
    }

    private record Flow(Carrier link, LlcMessage request, Predicate<LlcMessage> isAnswer, Consumer<LlcMessage> done) {
    }

    private final ControlLoop loop;
    private final long timeoutNanos;
    private final ArrayDeque<Flow> waiting = new ArrayDeque<>();
    private Flow current;
    private ControlLoop.Timer deadline;
    /** Over which requests were left unanswered last, and how many in a row. */
    private Carrier silent;
    private int unanswered;
    private boolean ended;

    LlcFlows(ControlLoop loop) {
        this(loop, TIMEOUT_NANOS);
    }

    LlcFlows(ControlLoop loop, long timeoutNanos) {
        this.loop = loop;
        this.timeoutNanos = timeoutNanos;
    }

    /**
     * Makes a request when those before it are done.
     *
     * @param isAnswer tells the response among what comes
     * @param done given the response, or {@code null} if none came
     */
    void request(Carrier link, LlcMessage request, Predicate<LlcMessage> isAnswer, Consumer<LlcMessage> done) {
        waiting.add(new Flow(link, request, isAnswer, done));
        next();
    }

    /** Offers what came; returns whether it was the response waited for. */
    boolean answered(LlcMessage message) {
        Flow flow = current;
        if (flow == null || !flow.isAnswer.test(message)) {
            return false;
        }
        unanswered = 0;
        finish(flow, message);
        return true;
    }

    /** What was asked over a link will not be answered. */
    void linkDown(Carrier link) {
        List<Flow> lost = waiting.stream().filter(flow -> flow.link == link).toList();
        waiting.removeAll(lost);
        Flow flow = current;
        if (flow != null && flow.link == link) {
            finish(flow, null);
        }
        lost.forEach(other -> other.done.accept(null));
    }

    private void timeout(Flow flow) {
        unanswered = flow.link == silent ? unanswered + 1 : 1;
        silent = flow.link;
        finish(flow, null);
        if (unanswered == MAX_UNANSWERED) {
            flow.link.fail("LLC requests not answered");
        }
    }

    private void finish(Flow flow, LlcMessage response) {
        if (current == flow) {
            current = null;
            deadline.cancel();
            flow.done.accept(response);
            next();
        }
    }

    private void next() {
        while (current == null && !waiting.isEmpty()) {
            Flow flow = waiting.poll();
            if (ended || flow.link.isDown()) {
                flow.done.accept(null);
                continue;
            }
            current = flow;
            deadline = loop.schedule(timeoutNanos, () -> timeout(flow));
            flow.link.send(flow.request);
        }
    }

    /** Nothing is answered any more. */
    void end() {
        ended = true;
        if (current != null) {
            finish(current, null);
        }
    }
}
