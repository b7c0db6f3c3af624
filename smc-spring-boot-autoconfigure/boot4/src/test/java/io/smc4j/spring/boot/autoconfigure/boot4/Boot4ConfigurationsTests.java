package io.smc4j.spring.boot.autoconfigure.boot4;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.BootConfigurations;
import java.lang.reflect.Field;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.util.ClassUtils;

class Boot4ConfigurationsTests {

    /** A class that is missing keeps an application from starting, where a name would be passed over. */
    @Test
    void comeBeforeAndAfterBootsOnlyByName() throws Exception {
        List<String> ours = StreamSupport.stream(ImportCandidates.load(AutoConfiguration.class, null).spliterator(),
                false).filter(name -> name.startsWith(getClass().getPackageName())).toList();

        assertThat(ours).hasSize(6);
        for (String name : ours) {
            AutoConfiguration order = Class.forName(name).getAnnotation(AutoConfiguration.class);
            assertThat(Stream.of(order.before(), order.after()).flatMap(Stream::of).map(Class::getName)).as(name)
                    .allMatch(it -> it.startsWith("io.smc4j."));
        }
    }

    @Test
    void namesWhatIsThere() throws Exception {
        for (Field constant : BootConfigurations.class.getFields()) {
            assertThat(ClassUtils.isPresent((String) constant.get(null), null)).as(constant.getName())
                    .isEqualTo(constant.getName().endsWith("_4") && !constant.getName().endsWith("_3_4"));
        }
    }
}
