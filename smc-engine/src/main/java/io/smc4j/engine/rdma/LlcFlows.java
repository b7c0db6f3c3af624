package io.smc4j.engine.rdma;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.wire.LlcMessage;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The LLC requests that this side makes: one at a time, as a response names the kind of request but not which one it was. A
 * peer's requests are independent of them. On the control loop.
 */
final class LlcFlows {

    /** How long a peer may take; the kernel gives up after two seconds. */
    static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private record Flow(RdmaLink link, LlcMessage request, Predicate<LlcMessage> isAnswer, Consumer<LlcMessage> done) {
    }

    private final ControlLoop loop;
    private final ArrayDeque<Flow> waiting = new ArrayDeque<>();
    private Flow current;
    private ControlLoop.Timer deadline;
    private boolean ended;

    LlcFlows(ControlLoop loop) {
        this.loop = loop;
    }

    /**
     * Makes a request when those before it are done.
     *
     * @param isAnswer tells the response among what comes
     * @param done given the response, or {@code null} if none came
     */
    void request(RdmaLink link, LlcMessage request, Predicate<LlcMessage> isAnswer, Consumer<LlcMessage> done) {
        if (ended) {
            done.accept(null);
            return;
        }
        waiting.add(new Flow(link, request, isAnswer, done));
        next();
    }

    /** Offers what came; returns whether it was the response waited for. */
    boolean answered(LlcMessage message) {
        Flow flow = current;
        if (flow == null || !flow.isAnswer.test(message)) {
            return false;
        }
        finish(flow, message);
        return true;
    }

    /** What was asked over a link will not be answered. */
    void linkDown(RdmaLink link) {
        Flow flow = current;
        if (flow != null && flow.link == link) {
            finish(flow, null);
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
        if (current == null && !waiting.isEmpty()) {
            Flow flow = waiting.poll();
            current = flow;
            deadline = loop.schedule(TIMEOUT_NANOS, () -> finish(flow, null));
            flow.link.send(flow.request);
        }
    }

    /** Nothing is answered any more. */
    void end() {
        ended = true;
        while (current != null) {
            finish(current, null);
        }
    }
}
