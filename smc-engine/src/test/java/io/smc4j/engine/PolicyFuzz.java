package io.smc4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.smc4j.engine.testsupport.Corpus;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the text: a rule or peer that is read the same once written again, or a text that says what is right. */
class PolicyFuzz {

    static Stream<byte[]> corpus() {
        return Stream.concat(Corpus.of(PolicyFuzz.class), Stream.of("*.example.com\n10.0.0.0/8\n8080-8090",
                "fd00::*\nfd00::/8\n80", "a\n::ffff:1.2.3.4/96\n1-65535", "10.0.0.7:8080\n[fd00::7]:80\n0")
                .map(text -> text.getBytes(StandardCharsets.UTF_8)));
    }

    @MethodSource("corpus")
    @FuzzTest
    void parse(byte[] bytes) {
        String[] texts = new String(bytes, StandardCharsets.UTF_8).split("\n", 4);
        for (String text : texts) {
            roundTrip(text, SmcPolicy.Cidr::parse);
            roundTrip(text, SmcPolicy.PortRange::parse);
            roundTrip(text, SmcPolicy.HostPattern::new);
            roundTrip(text, SmcConfig.Peer::parse);
        }
        SmcPolicy.Rule rule = read("", none -> SmcPolicy.Rule.parse(SmcPolicy.Action.DENY, null, part(texts, 0),
                part(texts, 1), part(texts, 2)));
        if (rule != null) {
            PolicyTable table = new PolicyTable(new SmcPolicy(List.of(rule)));
            table.checkOutbound(InetSocketAddress.createUnresolved("name.example.com", 80));
            table.checkOutbound(new InetSocketAddress("10.1.2.3", 8080));
            assertThat(table.checkOutbound(new InetSocketAddress("::1", 1)).action()).isNotNull();
        }
    }

    private static String part(String[] texts, int index) {
        return index < texts.length && !texts[index].isEmpty() ? texts[index] : null;
    }

    private static <T> T read(String text, Function<String, T> reader) {
        try {
            return reader.apply(text);
        } catch (InvalidSettingException e) {
            assertThat(e.getMessage()).isNotBlank();
            return null;
        }
    }

    private static <T> void roundTrip(String text, Function<String, T> reader) {
        T value = read(text, reader);
        if (value != null) {
            assertThat(reader.apply(value.toString())).isEqualTo(value);
        }
    }
}
