package io.smc4j.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void nestsObjectsAndArraysInOrder() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("b", List.of(1, 2L, 0.5));
        map.put("a", Map.of("x", true));
        map.put("none", null);
        assertThat(Json.write(map)).isEqualTo("{\"b\":[1,2,0.5],\"a\":{\"x\":true},\"none\":null}");
    }

    @Test
    void escapesWhatRfc8259Requires() {
        assertThat(Json.write("\"\\\n\r\t\u0000\u001f")).isEqualTo("\"\\\"\\\\\\n\\r\\t\\u0000\\u001f\"");
    }

    @Test
    void leavesNoByteThatDependsOnAnEncoding() {
        assertThat(Json.write("ü\u2028😀")).isEqualTo("\"\\u00fc\\u2028\\ud83d\\ude00\"");
    }

    @Test
    void writesEmptyContainers() {
        assertThat(Json.write(Arrays.asList(Map.of(), List.of(), null))).isEqualTo("[{},[],null]");
    }
}
