package io.smc4j.samples.benchmark.driver;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A line for each series over a logarithmic axis, in colours that can be read on light and on dark ground. */
final class SvgPlot {

    record Point(double x, double y) {
    }

    private static final int WIDTH = 720;
    private static final int HEIGHT = 400;
    private static final int LEFT = 80;
    private static final int RIGHT = 150;
    private static final int TOP = 40;
    private static final int BOTTOM = 50;
    private static final String GREY = "#888888";
    private static final List<String> COLOURS = List.of("#d9480f", "#1c7ed6", "#2b8a3e", "#9c36b5", "#e67700", "#0b7285",
            "#868e96", "#c2255c");

    private SvgPlot() {
    }

    static String draw(String title, String xAxis, String yAxis, Map<String, List<Point>> series) {
        List<Point> all = series.values().stream().flatMap(List::stream).toList();
        double lowest = Math.log(all.stream().mapToDouble(Point::x).min().orElse(1));
        double highest = Math.log(all.stream().mapToDouble(Point::x).max().orElse(1));
        double top = all.stream().mapToDouble(Point::y).max().orElse(1) * 1.05;
        StringBuilder svg = new StringBuilder("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12" fill="%s">
                <text x="%d" y="20" font-size="14">%s</text>
                """.formatted(WIDTH, HEIGHT, GREY, LEFT, escaped(title)));
        for (int i = 0; i <= 4; i++) {
            double value = top * i / 4;
            int y = y(value, top);
            svg.append("<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-opacity=\"0.3\"/>%n".formatted(LEFT, y,
                    WIDTH - RIGHT, y, GREY));
            svg.append(text(LEFT - 8, y + 4, "end", String.format(Locale.ROOT, "%,.0f", value)));
        }
        all.stream().mapToDouble(Point::x).distinct().sorted().forEach(x -> svg.append(
                text(x(x, lowest, highest), HEIGHT - BOTTOM + 18, "middle", String.format(Locale.ROOT, "%.0f", x))));
        svg.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "middle", xAxis));
        svg.append(text(LEFT - 70, TOP - 8, "start", yAxis));
        int i = 0;
        for (Map.Entry<String, List<Point>> entry : series.entrySet()) {
            String colour = COLOURS.get(i % COLOURS.size());
            StringBuilder line = new StringBuilder();
            for (Point point : entry.getValue()) {
                int x = x(point.x(), lowest, highest);
                int y = y(point.y(), top);
                line.append(x).append(',').append(y).append(' ');
                svg.append("<circle cx=\"%d\" cy=\"%d\" r=\"3\" fill=\"%s\"/>%n".formatted(x, y, colour));
            }
            svg.append("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n".formatted(line.toString().strip(),
                    colour));
            int y = TOP + 20 * i;
            svg.append("<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"3\"/>%n".formatted(
                    WIDTH - RIGHT + 14, y, WIDTH - RIGHT + 34, y, colour));
            svg.append(text(WIDTH - RIGHT + 40, y + 4, "start", entry.getKey()));
            i++;
        }
        return svg.append("</svg>\n").toString();
    }

    private static int x(double value, double lowest, double highest) {
        double part = highest > lowest ? (Math.log(value) - lowest) / (highest - lowest) : 0.5;
        return (int) Math.round(LEFT + 15 + part * (WIDTH - LEFT - RIGHT - 30));
    }

    private static int y(double value, double top) {
        return (int) Math.round(HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM));
    }

    private static String text(int x, int y, String anchor, String text) {
        return "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n".formatted(x, y, anchor, escaped(text));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
