package io.smc4j.samples.benchmark.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A line for each series over two logarithmic axes, in colours that can be read on light and on dark ground. */
final class SvgPlot {

    /** Both above 0. */
    record Point(double x, double y) {
    }

    private static final int WIDTH = 760;
    private static final int HEIGHT = 400;
    private static final int LEFT = 70;
    private static final int RIGHT = 190;
    private static final int TOP = 60;
    private static final int BOTTOM = 50;
    private static final int LEGEND_STEP = 20;
    /** Each with a contrast of 3 or more to white as well as to black. */
    private static final List<String> COLOURS = List.of("#d9480f", "#1c7ed6", "#2b8a3e", "#ae3ec9", "#a67c00",
            "#0c8599", "#7d8590", "#e64980");
    private static final List<Double> STEPS = List.of(1.0, 2.0, 5.0);

    private final StringBuilder svg = new StringBuilder();
    private final Axis x;
    private final Axis y;

    /** Logarithmic, from a value at one pixel to another value at another. */
    private record Axis(double lowest, double highest, int from, int to) {

        static Axis of(double[] values, int from, int to) {
            double lowest = values.length == 0 ? 1 : values[0];
            double highest = values.length == 0 ? 1 : values[values.length - 1];
            // A single value is in the middle.
            return lowest < highest ? new Axis(lowest, highest, from, to) : new Axis(lowest / 2, lowest * 2, from, to);
        }

        int at(double value) {
            return (int) Math.round(from + (to - from) * Math.log(value / lowest) / Math.log(highest / lowest));
        }
    }

    private SvgPlot(List<Point> all, double[] ticks) {
        x = Axis.of(all.stream().mapToDouble(Point::x).distinct().sorted().toArray(), LEFT + 15, WIDTH - RIGHT - 15);
        y = Axis.of(ticks, HEIGHT - BOTTOM, TOP);
    }

    /** @return the text of a file, as XML */
    static String draw(String title, String xAxis, String yAxis, Map<String, List<Point>> series) {
        List<Point> all = series.values().stream().flatMap(List::stream).toList();
        double[] ticks = ticks(all.stream().mapToDouble(Point::y).min().orElse(1),
                all.stream().mapToDouble(Point::y).max().orElse(1));
        SvgPlot plot = new SvgPlot(all, ticks);
        plot.head(title, xAxis, yAxis);
        plot.grid(ticks, all.stream().mapToDouble(Point::x).distinct().sorted().toArray());
        int i = 0;
        for (Map.Entry<String, List<Point>> entry : series.entrySet()) {
            plot.series(entry.getKey(), entry.getValue(), i++);
        }
        return plot.svg.append("</svg>\n").toString();
    }

    /** 1, 2, 5, 10, ... around the values. */
    private static double[] ticks(double lowest, double highest) {
        List<Double> all = new ArrayList<>();
        for (int power = (int) Math.floor(Math.log10(lowest)) - 1; power <= Math.ceil(Math.log10(highest)); power++) {
            for (double step : STEPS) {
                all.add(step * Math.pow(10, power));
            }
        }
        int first = 0;
        while (first + 1 < all.size() && all.get(first + 1) <= lowest) {
            first++;
        }
        int last = first;
        while (last + 1 < all.size() && all.get(last) < highest) {
            last++;
        }
        return all.subList(first, last + 1).stream().mapToDouble(Double::doubleValue).toArray();
    }

    private void head(String title, String xAxis, String yAxis) {
        svg.append(Figures.text("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12" \
                role="img">
                <title>%s</title>
                <style>
                text { fill: #1f2328 }
                .grid { stroke: #1f2328; stroke-opacity: 0.2 }
                .one { stroke: #1f2328; stroke-opacity: 0.7 }
                @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .grid, .one { stroke: #e6edf3 } }
                </style>
                """, WIDTH, HEIGHT, escaped(title)));
        svg.append(Figures.text("<text x=\"%d\" y=\"22\" font-size=\"15\">%s</text>%n", LEFT, escaped(title)));
        text(LEFT, TOP - 14, "start", yAxis);
        text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "middle", xAxis);
    }

    private void grid(double[] ticks, double[] positions) {
        for (double tick : ticks) {
            line(LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick), tick == 1 ? "class=\"one\"" : "class=\"grid\"");
            text(LEFT - 8, y.at(tick) + 4, "end",
                    tick >= 1 ? Figures.text("%,.0f", tick) : Double.toString(Figures.rounded(tick, 6)));
        }
        for (double position : positions) {
            text(x.at(position), HEIGHT - BOTTOM + 18, "middle", Figures.text("%.0f", position));
        }
    }

    private void series(String name, List<Point> points, int index) {
        String colour = COLOURS.get(index % COLOURS.size());
        StringBuilder line = new StringBuilder();
        for (Point point : points) {
            line.append(x.at(point.x())).append(',').append(y.at(point.y())).append(' ');
            svg.append(Figures.text(
                    "<circle cx=\"%d\" cy=\"%d\" r=\"4\" fill=\"%s\"><title>%s: %.2f</title></circle>%n",
                    x.at(point.x()), y.at(point.y()), colour, escaped(name), point.y()));
        }
        svg.append(Figures.text("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n",
                line.toString().strip(), colour));
        int height = TOP + LEGEND_STEP * index;
        line(WIDTH - RIGHT + 14, height, WIDTH - RIGHT + 34, height, "stroke=\"" + colour + "\" stroke-width=\"3\"");
        text(WIDTH - RIGHT + 40, height + 4, "start", name);
    }

    private void line(int x1, int y1, int x2, int y2, String attributes) {
        svg.append(Figures.text("<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" %s/>%n", x1, y1, x2, y2, attributes));
    }

    private void text(int x, int y, String anchor, String text) {
        svg.append(Figures.text("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escaped(text)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
