package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.util.ClassUtils;

class BootConfigurationsTests {

    static List<String> ours() {
        List<String> ours = new ArrayList<>();
        ImportCandidates.load(AutoConfiguration.class, null)
                .forEach(name -> Stream.of(name).filter(it -> it.startsWith("io.smc4j.")).forEach(ours::add));
        return ours;
    }

    /** A class that is missing keeps an application from starting, where a name would be passed over. */
    @ParameterizedTest
    @MethodSource("ours")
    void comeBeforeAndAfterBootsOnlyByName(String name) throws Exception {
        AutoConfiguration order = Class.forName(name).getAnnotation(AutoConfiguration.class);

        assertThat(Stream.of(order.before(), order.after()).flatMap(Stream::of).map(Class::getName))
                .allMatch(it -> it.startsWith("io.smc4j."));
    }

    @Test
    void namesWhatIsThere() throws Exception {
        assertThat(ours()).hasSizeGreaterThan(10);
        for (Field constant : BootConfigurations.class.getFields()) {
            assertThat(ClassUtils.isPresent((String) constant.get(null), null)).as(constant.getName())
                    .isEqualTo(!constant.getName().endsWith("_4") || constant.getName().endsWith("_3_4"));
        }
    }
}
