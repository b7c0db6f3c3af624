package io.smc4j.engine.smcr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.LlcConfirmRkey;
import io.smc4j.engine.wire.LlcDeleteRkey;
import io.smc4j.engine.wire.LlcMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that are answered, that are not, and answers that nobody has asked for. */
@Timeout(60)
class LlcFlowsTest {

    private static final LlcConfirmRkey NAME = LlcConfirmRkey.request(Clc.V2, 1, 2);
    private static final LlcDeleteRkey TAKE_BACK = LlcDeleteRkey.request(Clc.V2, List.of(1));

    /** Goes down when it fails, as links do. */
    private static final class Link implements LlcFlows.Carrier {
        private final List<LlcMessage> sent = new ArrayList<>();
        private final List<String> failures = new CopyOnWriteArrayList<>();
        private boolean down;

        @Override
        public void send(LlcMessage message) {
            sent.add(message);
        }

        @Override
        public boolean isDown() {
            return down;
        }

        @Override
        public void fail(String reason) {
            failures.add(reason);
            down = true;
        }
    }

    private final List<Object> results = new CopyOnWriteArrayList<>();
    private final Link link = new Link();
    private final Link other = new Link();
    private ControlLoop loop;
    private LlcFlows flows;

    @BeforeEach
    void open() throws Exception {
        loop = new ControlLoop("flows-test");
        flows = new LlcFlows(loop, TimeUnit.HOURS.toNanos(1));
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private void onLoop(Runnable task) {
        CompletableFuture.runAsync(task, loop).join();
    }

    private void name(Link over, String result) {
        request(over, NAME, LlcConfirmRkey.class, result);
    }

    private void request(Link over, LlcMessage message, Class<? extends LlcMessage> kind, String result) {
        flows.request(over, message, answer -> kind.isInstance(answer) && answer.isResponse(),
                answer -> results.add(result + (answer == null ? " unanswered" : " answered")));
    }

    @Test
    void asksOneAfterTheOther() {
        onLoop(() -> {
            name(link, "first");
            request(link, TAKE_BACK, LlcDeleteRkey.class, "second");
            assertThat(link.sent).containsExactly(NAME);

            assertThat(flows.answered(NAME.response())).isTrue();
            assertThat(link.sent).containsExactly(NAME, TAKE_BACK);
            assertThat(flows.answered(TAKE_BACK.response(Set.of()))).isTrue();
        });
        assertThat(results).containsExactly("first answered", "second answered");
    }

    @Test
    void takesNoAnswerNobodyAskedFor() {
        onLoop(() -> {
            assertThat(flows.answered(NAME.response())).isFalse();
            name(link, "first");
            assertThat(flows.answered(TAKE_BACK.response(Set.of()))).isFalse();
            assertThat(flows.answered(NAME)).isFalse();
            assertThat(flows.answered(NAME.refusal())).isTrue();
            assertThat(flows.answered(NAME.refusal())).isFalse();
        });
        assertThat(results).containsExactly("first answered");
    }

    @Test
    void goesOnWithoutAnAnswer() {
        flows = new LlcFlows(loop, 1);
        onLoop(() -> {
            name(link, "first");
            name(other, "second");
        });
        await().untilAsserted(() -> assertThat(results).containsExactly("first unanswered", "second unanswered"));
        assertThat(link.failures).isEmpty();
    }

    @Test
    void endsALinkThatAnswersNothing() {
        flows = new LlcFlows(loop, 1);
        onLoop(() -> {
            for (int i = 0; i < LlcFlows.MAX_UNANSWERED; i++) {
                name(link, "request");
            }
        });
        await().untilAsserted(() -> assertThat(link.failures).hasSize(1));
        onLoop(() -> name(link, "on a link that is down"));
        onLoop(() -> name(other, "elsewhere"));
        await().untilAsserted(() -> assertThat(results).hasSize(LlcFlows.MAX_UNANSWERED + 2));
        assertThat(link.sent).hasSize(LlcFlows.MAX_UNANSWERED);
        assertThat(other.failures).isEmpty();
    }

    @Test
    void bearsWithASilenceThatAnAnswerBreaks() {
        flows = new LlcFlows(loop, 1);
        for (int round = 0; round < 2; round++) {
            for (int i = 1; i < LlcFlows.MAX_UNANSWERED; i++) {
                int before = results.size();
                onLoop(() -> name(link, "request"));
                await().until(() -> results.size() > before);
            }
            onLoop(() -> {
                name(link, "last");
                flows.answered(NAME.response());
            });
        }
        assertThat(results).filteredOn("last answered"::equals).hasSize(2);
        assertThat(link.failures).isEmpty();
    }

    @Test
    void forgetsAllThatWasToGoOverALinkThatIsDown() {
        onLoop(() -> {
            name(link, "under way");
            name(other, "elsewhere");
            name(link, "to come");
            link.down = true;
            flows.linkDown(link);
            flows.linkDown(link);
            assertThat(other.sent).hasSize(1);
            assertThat(flows.answered(NAME.response())).isTrue();
        });
        assertThat(results).containsExactlyInAnyOrder("under way unanswered", "to come unanswered",
                "elsewhere answered");
        assertThat(link.sent).hasSize(1);
    }

    @Test
    void asksNothingAfterTheEnd() {
        onLoop(() -> {
            for (int i = 0; i < 1000; i++) {
                name(link, "request");
            }
            flows.end();
            name(link, "late");
        });
        assertThat(results).hasSize(1001).doesNotContain("request answered");
        assertThat(link.sent).hasSize(1);
    }

    /** A done callback may ask, and may end it all. */
    @Test
    void mayBeUsedFromWithin() {
        onLoop(() -> {
            flows.request(link, NAME, LlcMessage::isResponse, answer -> {
                name(link, "within");
                flows.end();
            });
            name(link, "after");
            flows.answered(NAME.response());
        });
        assertThat(results).containsExactlyInAnyOrder("within unanswered", "after unanswered");
    }
}
