package io.smc4j.samples.benchmark.driver;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One object per line and cell; what was measured where is in objects that have a {@code note} only. */
final class JsonReport {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NOTE = "note";

    private JsonReport() {
    }

    static void write(Path file, List<Map<String, Object>> lines, List<String> notes) throws IOException {
        List<String> text = new ArrayList<>();
        for (Map<String, Object> line : lines) {
            text.add(JSON.writeValueAsString(line));
        }
        Files.write(file, text);
        List<String> noted = new ArrayList<>();
        for (String note : notes) {
            noted.add(JSON.writeValueAsString(Map.of(NOTE, note)));
        }
        Files.write(notesOf(file), noted);
    }

    /** The notes have a file of their own, so that each line of the other is a cell. */
    private static Path notesOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".notes");
    }

    static void read(Path file, List<Map<String, Object>> lines, List<String> notes) throws IOException {
        for (String line : Files.readAllLines(file)) {
            lines.add(JSON.readValue(line, new TypeReference<>() { }));
        }
        if (Files.exists(notesOf(file))) {
            for (String line : Files.readAllLines(notesOf(file))) {
                notes.add((String) JSON.readValue(line, new TypeReference<Map<String, Object>>() { }).get(NOTE));
            }
        }
    }
}
