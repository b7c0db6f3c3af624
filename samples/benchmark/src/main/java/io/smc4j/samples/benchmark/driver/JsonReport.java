package io.smc4j.samples.benchmark.driver;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One object per line and cell; what was measured where, and what was not, is in a file beside it, as {@code note}s.
 */
final class JsonReport {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NOTE = "note";
    private static final TypeReference<Map<String, Object>> LINE = new TypeReference<>() { };

    private JsonReport() {
    }

    /** The figures of a cell: medians of its rounds, by keys that stay. */
    static Map<String, Object> line(Series series) {
        Cell cell = series.cell();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("pair", cell.pair());
        line.put("transport", cell.transport());
        line.put("connections", cell.connections());
        line.put("body", cell.body());
        line.put("loops", cell.loops());
        line.put("rate", cell.rate());
        line.put("rps", Figures.rounded(series.median(Sample::rps), 2));
        line.put("p50_us", Figures.rounded(series.median(Sample::p50), 2));
        line.put("p99_us", Figures.rounded(series.median(Sample::p99), 2));
        line.put("cpu_us", Figures.rounded(series.median(Sample::cpu), 2));
        line.put("rounds", series.rounds());
        line.put("trend", Figures.rounded(series.trend(), 3));
        line.put("scenario", cell.scenario());
        line.put("rps_min", Figures.rounded(series.min(Sample::rps), 2));
        line.put("rps_max", Figures.rounded(series.max(Sample::rps), 2));
        line.put("foreign", Figures.rounded(series.median(Sample::foreign), 3));
        line.put("errors", series.errors());
        return line;
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
            if (!line.isBlank()) {
                lines.add(JSON.readValue(line, LINE));
            }
        }
        if (Files.exists(notesOf(file))) {
            for (String line : Files.readAllLines(notesOf(file))) {
                notes.add((String) JSON.readValue(line, LINE).get(NOTE));
            }
        }
    }
}
