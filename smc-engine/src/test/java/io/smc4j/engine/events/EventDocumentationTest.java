package io.smc4j.engine.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.ValueDescriptor;
import org.junit.jupiter.api.Test;

/** The document names the events that there are, with their fields. */
class EventDocumentationTest {

    private static final Path OPERATIONS = Path.of("../docs/operations.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(smc\\.[A-Z]\\w+)` \\| ([^|]+) \\|");
    private static final Pattern FIELD = Pattern.compile("`(\\w+)`");
    private static final List<String> OF_FLIGHT_RECORDER =
            List.of("startTime", "duration", "eventThread", "stackTrace");

    private static Map<String, List<String>> documented() throws Exception {
        Map<String, List<String>> rows = new TreeMap<>();
        List<String> before = List.of();
        for (MatchResult row : ROW.matcher(Files.readString(OPERATIONS)).results().toList()) {
            List<String> fields = new ArrayList<>(row.group(2).startsWith("the same") ? before : List.of());
            FIELD.matcher(row.group(2)).results().forEach(field -> fields.add(field.group(1)));
            rows.put(row.group(1), fields);
            before = fields;
        }
        return rows;
    }

    private static Map<String, List<String>> actual() {
        Map<String, List<String>> events = new TreeMap<>();
        Stream.of(ConnectionEvents.class, LinkEvents.class, ProcessEvents.class)
                .flatMap(holder -> Stream.of(holder.getDeclaredClasses()))
                .filter(type -> !Modifier.isAbstract(type.getModifiers()))
                .map(type -> EventType.getEventType(type.asSubclass(Event.class))).forEach(type -> {
                    assertThat(type.getCategoryNames()).as(type.getName()).containsExactly("SMC");
                    assertThat(type.getLabel()).as(type.getName()).startsWith("SMC ");
                    assertThat(type.getDescription()).as(type.getName()).isNotEmpty();
                    events.put(type.getName(), type.getFields().stream().map(ValueDescriptor::getName)
                            .filter(field -> !OF_FLIGHT_RECORDER.contains(field)).toList());
                });
        return events;
    }

    @Test
    void eachEventIsDocumentedWithItsFields() throws Exception {
        Map<String, List<String>> documented = documented();
        assertThat(documented.keySet()).isEqualTo(actual().keySet());
        actual().forEach((name, fields) ->
                assertThat(documented.get(name)).as(name).containsExactlyInAnyOrderElementsOf(fields));
    }
}
