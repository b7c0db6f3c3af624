package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.reflection;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.resource;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcSnapshot;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.core.io.support.SpringFactoriesLoader;

class SmcRuntimeHintsTests {

    private static RuntimeHints hints(ClassLoader loader) {
        RuntimeHints hints = new RuntimeHints();
        SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories").load(RuntimeHintsRegistrar.class)
                .stream().filter(SmcRuntimeHints.class::isInstance)
                .forEach(registrar -> registrar.registerHints(hints, loader));
        return hints;
    }

    @Test
    void nativeImagesHaveThePageAndTheReports() {
        RuntimeHints hints = hints(getClass().getClassLoader());
        for (String file : new String[] {"page.html", "page.js", "icon.svg"}) {
            assertThat(resource().forResource("io/smc4j/spring/boot/autoconfigure/actuate/page/" + file))
                    .accepts(hints);
        }
        for (Class<?> record : new Class<?>[] {SmcConfig.class, SmcSnapshot.class, SmcSnapshot.Connection.class}) {
            for (var component : record.getRecordComponents()) {
                assertThat(reflection().onMethod(component.getAccessor())).accepts(hints);
            }
        }
    }

    @Test
    void applicationsThatExcludeTheEngineHaveNoReports() {
        assertThat(hints(new FilteredClassLoader("io.smc4j.engine")).reflection().typeHints()).isEmpty();
    }
}
