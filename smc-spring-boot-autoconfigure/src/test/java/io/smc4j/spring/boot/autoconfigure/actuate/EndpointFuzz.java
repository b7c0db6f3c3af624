package io.smc4j.spring.boot.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.RuleInForce;
import io.smc4j.engine.SmcPolicy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a request to the endpoint has in its fields: what it asks for, or an answer that says what is wrong. */
class EndpointFuzz {

    private static final int FIELDS = 10;

    static Stream<byte[]> corpus() {
        return Stream.of("", "deny\noutbound\n*.example.com\n\n\nnote\n10m\nopen\norders:8080\n-bytesSent",
                "ALLOW\nInbound\n\nfd00::/8\n80-90\n\n2030-01-31T12:00:00Z\nnew\n[fd00::7]:8080\npeer",
                "deny\n\n\n10.0.0.0/8\n1\n\nPT1H\n\n_x_:1\nid")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("corpus")
    @FuzzTest
    void ask(byte[] bytes) {
        String[] fields = Arrays.copyOf(new String(bytes, StandardCharsets.UTF_8).split("\n", FIELDS), FIELDS);
        refusedWithAText(() -> {
            SmcPolicy.Rule rule = PolicyRules.bind(fields[0], fields[1], given(fields[2]), given(fields[3]),
                    given(fields[4]));
            RuleInForce.Terms terms = PolicyChange.terms(rule, given(fields[5]), given(fields[6]), given(fields[7]));
            PolicyTable table = new PolicyTable(new SmcPolicy(List.of()));
            RuleInForce added = table.add(rule, RuleInForce.Origin.RUNTIME, terms, bytes.length % 3);
            assertThat(table.rules()).containsExactly(added);
            assertThat(ReportJson.tree(RuleView.of(added))).isNotNull();
        });
        refusedWithAText(() -> assertThat(PeerAddress.parse(fields[8]).getPort()).isBetween(1, 65535));
        refusedWithAText(() -> ConnectionQuery.of(fields[2], given(fields[9]), bytes.length, 1).apply(List.of()));
    }

    private static String given(String field) {
        return field == null || field.isEmpty() ? null : field;
    }

    private static void refusedWithAText(Runnable request) {
        try {
            request.run();
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
