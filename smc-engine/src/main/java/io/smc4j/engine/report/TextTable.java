package io.smc4j.engine.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text in aligned columns, two spaces apart. Not thread-safe. */
final class TextTable {

    private final boolean[] rightAligned;
    private final int[] widths;
    private final List<String[]> rows = new ArrayList<>();

    /** Makes a table with these column titles; one that starts with {@code >} makes its column right-aligned. */
    TextTable(String... titles) {
        rightAligned = new boolean[titles.length];
        widths = new int[titles.length];
        Object[] header = new Object[titles.length];
        for (int i = 0; i < titles.length; i++) {
            rightAligned[i] = titles[i].startsWith(">");
            header[i] = rightAligned[i] ? titles[i].substring(1) : titles[i];
        }
        row(header);
    }

    /** Adds a row; {@code null} becomes a dash. */
    void row(Object... cells) {
        String[] row = Arrays.stream(cells).map((cell) -> (cell != null) ? cell.toString() : "-")
                .toArray(String[]::new);
        for (int i = 0; i < row.length; i++) {
            widths[i] = Math.max(widths[i], row[i].length());
        }
        rows.add(row);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                String padding = " ".repeat(widths[i] - row[i].length());
                line.append(rightAligned[i] ? padding + row[i] : row[i] + padding).append("  ");
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
