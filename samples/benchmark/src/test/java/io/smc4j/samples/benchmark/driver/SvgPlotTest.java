package io.smc4j.samples.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class SvgPlotTest {

    private static Document draw(Map<String, List<SvgPlot.Point>> series) throws Exception {
        String svg = SvgPlot.draw("a < b & \"c\" > d", "connections", "ratio", series);
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static List<String> texts(Document svg) {
        NodeList nodes = svg.getElementsByTagName("text");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent());
        }
        return texts;
    }

    private static List<Integer> heights(Document svg) {
        NodeList nodes = svg.getElementsByTagName("circle");
        List<Integer> heights = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            heights.add(Integer.parseInt(((Element) nodes.item(i)).getAttribute("cy")));
        }
        return heights;
    }

    @Test
    void isWellFormedAndEscapesNames() throws Exception {
        Document svg = draw(Map.of("smc <fast> & good", List.of(new SvgPlot.Point(1, 2), new SvgPlot.Point(8, 3))));

        assertThat(svg.getDocumentElement().getNamespaceURI()).isNull();
        assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(texts(svg)).contains("a < b & \"c\" > d", "smc <fast> & good", "connections", "ratio");
    }

    @Test
    void hasALineForEachSeriesInAColourOfItsOwn() throws Exception {
        Map<String, List<SvgPlot.Point>> series = new LinkedHashMap<>();
        series.put("smc", List.of(new SvgPlot.Point(1, 2), new SvgPlot.Point(8, 3)));
        series.put("nio", List.of(new SvgPlot.Point(1, 1), new SvgPlot.Point(8, 1)));

        NodeList lines = draw(series).getElementsByTagName("polyline");

        assertThat(lines.getLength()).isEqualTo(2);
        assertThat(((Element) lines.item(0)).getAttribute("stroke"))
                .isNotEqualTo(((Element) lines.item(1)).getAttribute("stroke"));
        assertThat(((Element) lines.item(0)).getAttribute("points").split(" ")).hasSize(2);
    }

    @Test
    void hasTheSameStepForTheSameFactor() throws Exception {
        List<Integer> heights = heights(draw(Map.of("smc",
                List.of(new SvgPlot.Point(1, 0.5), new SvgPlot.Point(8, 1), new SvgPlot.Point(64, 2),
                        new SvgPlot.Point(256, 4)))));

        assertThat(heights).isSortedAccordingTo((a, b) -> b - a);
        int step = heights.get(0) - heights.get(1);
        assertThat(heights.get(1) - heights.get(2)).isBetween(step - 1, step + 1);
        assertThat(heights.get(2) - heights.get(3)).isBetween(step - 1, step + 1);
    }

    @Test
    void labelsTheNumbersOfConnectionsAndTheRatios() throws Exception {
        assertThat(texts(draw(Map.of("smc", List.of(new SvgPlot.Point(1, 0.7), new SvgPlot.Point(1_000, 6))))))
                .contains("1", "1000", "0.5", "2", "5", "10");
    }

    @Test
    void staysWithinItsGround() throws Exception {
        for (double y : new double[] {1e-4, 0.1, 0.99, 1, 1.01, 7, 1e6}) {
            assertThat(heights(draw(Map.of("smc", List.of(new SvgPlot.Point(1, y), new SvgPlot.Point(8, 1))))))
                    .allMatch(height -> height >= 60 && height <= 350);
        }
    }

    @Test
    void hasColoursForDarkGround() {
        assertThat(SvgPlot.draw("t", "x", "y", Map.of())).contains("prefers-color-scheme: dark");
    }
}
