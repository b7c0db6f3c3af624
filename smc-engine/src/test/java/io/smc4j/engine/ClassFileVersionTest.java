package io.smc4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** For which Java versions the classes are compiled. */
class ClassFileVersionTest {

    private static final int MAGIC = 0xCAFEBABE;
    private static final int JAVA_8 = 52;
    private static final int JAVA_17 = 61;
    private static final int JAVA_22 = 66;

    @Test
    void valuesAndReportsLoadOnJava17AndTheRestOnJava22() throws Exception {
        Map<String, Integer> versions = versions();
        assertThat(versions).containsKeys("SmcConfig", "SmcSnapshot$Connection", "report/ReportText",
                "nio/SmcSelectorProvider");
        assertThat(versions).allSatisfy((name, version) -> assertThat(version).as(name).isEqualTo(expected(name)));
    }

    private static int expected(String name) {
        if (name.equals("cli/Launcher")) {
            return JAVA_8;
        }
        return name.indexOf('/') < 0 || name.startsWith("report/") || name.equals("agent/Premain") ? JAVA_17 : JAVA_22;
    }

    /** By the class's path below the root package; of the directory or jar that the tests run against. */
    private static Map<String, Integer> versions() throws IOException, URISyntaxException {
        Path location = Path.of(SmcConfig.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(location)) {
            return versions(location.resolve("io/smc4j/engine"));
        }
        try (FileSystem jar = FileSystems.newFileSystem(location)) {
            return versions(jar.getPath("io/smc4j/engine"));
        }
    }

    private static Map<String, Integer> versions(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .collect(Collectors.toMap(file -> root.relativize(file).toString().replaceFirst("\\.class$", ""),
                            ClassFileVersionTest::version, (a, b) -> a, TreeMap::new));
        }
    }

    private static int version(Path file) {
        try (InputStream stream = Files.newInputStream(file)) {
            DataInputStream data = new DataInputStream(stream);
            assertThat(data.readInt()).as("%s", file).isEqualTo(MAGIC);
            data.readUnsignedShort();
            return data.readUnsignedShort();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
    }
}
