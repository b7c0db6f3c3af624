package io.smc4j.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** h2spec, which looks for what HTTP/2 demands of a server. Most of the time it waits. */
@Execution(ExecutionMode.CONCURRENT)
class H2specIT extends ConformanceCases {

    private static final String ARCHIVE = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
    /** A case is named by its section and its text, as some sections have several. */
    private static final String SEPARATOR = " ";

    @TempDir
    private static Path directory;

    H2specIT() {
        super(H2specIT::run, 140);
    }

    @BeforeAll
    static void unpack() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the h2spec at hand is for x86_64");
        Path archive = directory.resolve("h2spec.tar");
        try (InputStream in = new GZIPInputStream(H2specIT.class.getResourceAsStream(ARCHIVE))) {
            Files.copy(in, archive);
        }
        try (Program tar = Program.run("tar", List.of(ForeignServer.find("tar").toString(), "xf", archive.toString(),
                "-C", directory.toString()))) {
            assertThat(tar.exitCode()).as(tar::text).isZero();
        }
    }

    private static Map<String, Boolean> run(int port, Collection<String> cases) throws Exception {
        Path report = Files.createTempFile(directory, "report", ".xml");
        List<String> command = new ArrayList<>(List.of(directory.resolve("h2spec").toString(), "--host", "localhost",
                "--port", Integer.toString(port), "--timeout", "1",
                "--junit-report", report.toString()));
        command.addAll(sections(cases));
        try (Program h2spec = Program.run("h2spec", command)) {
            assertThat(h2spec.exitCode()).as(h2spec::text).isIn(0, 1);
        }
        return read(report);
    }

    /** Those of some cases. If a subsection is named beside its section, nothing else of the section is run. */
    private static Set<String> sections(Collection<String> cases) {
        Set<String> all = cases.stream().map(each -> each.substring(0, each.indexOf(SEPARATOR)))
                .collect(Collectors.toSet());
        return all.stream().filter(each -> all.stream().noneMatch(other -> each.startsWith(other + ".")))
                .collect(Collectors.toSet());
    }

    private static Map<String, Boolean> read(Path report) throws Exception {
        // What a server answered is repeated there as it came, with characters that XML does not know.
        String xml = new String(Files.readAllBytes(report), StandardCharsets.ISO_8859_1)
                .replaceAll("[^\\n -~]", "?");
        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)));
        NodeList all = document.getElementsByTagName("testcase");
        Map<String, Boolean> results = new HashMap<>();
        for (int i = 0; i < all.getLength(); i++) {
            Element each = (Element) all.item(i);
            boolean failed = each.getElementsByTagName("error").getLength() > 0
                    || each.getElementsByTagName("failure").getLength() > 0;
            results.put(each.getAttribute("package") + SEPARATOR + each.getAttribute("classname"), !failed);
        }
        return results;
    }
}
