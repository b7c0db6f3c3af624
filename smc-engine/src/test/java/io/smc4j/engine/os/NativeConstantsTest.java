package io.smc4j.engine.os;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compares the numbers with which the engine calls the system, and the offsets in the system's structures, with what a
 * C compiler makes of the system's headers, for each processor architecture. A constant is looked up by its own name,
 * or by what {@code native-constants.txt} calls it; one that is in neither is a failure, so that none is forgotten.
 *
 * <p>Needs no processor of the other architecture: the compiler only has to write assembly.
 */
class NativeConstantsTest {

    /** An architecture, and the compilers that may write for it. */
    private enum Target {

        X86_64(Platform.X86_64, "x86_64-linux-gnu-gcc"),
        AARCH64(Platform.AARCH64, "aarch64-linux-gnu-gcc");

        private final Platform platform;
        private final String compiler;

        Target(Platform platform, String compiler) {
            this.platform = platform;
            this.compiler = compiler;
        }
    }

    /** Headers that get along with each other. */
    private enum Unit {

        LIBC("errno.h", "fcntl.h", "netinet/in.h", "netinet/ip.h", "netinet/tcp.h", "poll.h", "pwd.h", "sys/epoll.h",
                "sys/eventfd.h", "sys/ioctl.h", "sys/mman.h", "sys/prctl.h", "sys/resource.h", "sys/socket.h",
                "sys/stat.h", "sys/syscall.h", "sys/un.h"),
        LINUX("linux/bpf.h", "linux/capability.h", "linux/falloc.h", "linux/futex.h", "linux/inet_diag.h",
                "linux/limits.h", "linux/magic.h", "linux/memfd.h", "linux/netlink.h", "linux/smc_diag.h",
                "linux/sock_diag.h", "linux/tcp.h"),
        VERBS("infiniband/verbs.h");

        private final List<String> headers;

        Unit(String... headers) {
            this.headers = List.of(headers);
        }

        /** Those of libibverbs need not be. */
        private boolean isInstalled() {
            return this != VERBS || Files.exists(HEADERS.resolve(headers.getFirst()));
        }
    }

    private record Expression(String unit, String text) {
    }

    private static final Pattern CONSTANT = Pattern.compile("[A-Z][A-Z0-9_]+");
    private static final Pattern SCRATCH = Pattern.compile("NativeScratch\\.[A-Z_]+");
    private static final Pattern LABEL = Pattern.compile("smc(\\d+):");
    private static final Pattern VALUE = Pattern.compile("\\s+\\.(quad|xword|zero)\\s+(-?\\d+)");
    private static final Path HEADERS = Path.of("/usr/include");
    private static final long COMPILER_SECONDS = 60;

    /** The engine's, by class and name. */
    private final Map<String, Long> constants = new TreeMap<>();
    private final Map<String, Expression> expressions = new LinkedHashMap<>();

    NativeConstantsTest() throws Exception {
        for (Path file : classFiles()) {
            String name = file.toString().replace(".class", "").replace('/', '.');
            collect(Class.forName("io.smc4j.engine.os." + name));
        }
        try (InputStream table = NativeConstantsTest.class.getResourceAsStream("native-constants.txt")) {
            new String(table.readAllBytes(), UTF_8).lines().filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\\s+", 3))
                    .forEach(line -> expressions.put(line[0],
                            new Expression(line[1], line.length > 2 ? line[2] : null)));
        }
    }

    private static List<Path> classFiles() throws Exception {
        Path root = Path.of(Platform.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                .resolve("io/smc4j/engine/os");
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(root::relativize).filter(file -> file.toString().endsWith(".class")).toList();
        }
    }

    private void collect(Class<?> type) throws ReflectiveOperationException {
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && Modifier.isFinal(field.getModifiers())
                    && field.getType().isPrimitive() && field.getType() != boolean.class
                    && CONSTANT.matcher(field.getName()).matches()) {
                field.setAccessible(true);
                constants.put(type.getSimpleName() + "." + field.getName(), ((Number) field.get(null)).longValue());
            }
        }
    }

    private Expression expression(String constant) {
        Expression own = expressions.get(constant);
        return own != null ? own : expressions.get(constant.substring(0, constant.indexOf('.')) + ".*");
    }

    @Test
    void theTableNamesNothingThatIsGone() {
        assertThat(expressions.keySet()).filteredOn(name -> !name.endsWith("*")).isSubsetOf(constants.keySet());
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void areThoseOfTheHeaders(Target target, @TempDir Path directory) throws Exception {
        assumeTrue(isInstalled(target.compiler), "needs " + target.compiler);
        Map<String, Long> found = new TreeMap<>();
        for (Unit unit : Unit.values()) {
            if (unit.isInstalled()) {
                found.putAll(compile(target, unit, directory));
            }
        }
        Map<String, Long> expected = new TreeMap<>(constants);
        if (target.platform != Platform.current()) {
            expected.put("Epoll.EVENT_SIZE", (long) target.platform.epollEventSize());
            expected.put("Epoll.DATA_OFFSET", (long) target.platform.epollDataOffset());
            expected.put("Futex.FUTEX", (long) target.platform.futexNumber());
        }
        expected.put("Platform.directory", (long) target.platform.directory());
        expected.put("Platform.noFollow", (long) target.platform.noFollow());
        List<String> wrong = new ArrayList<>();
        found.forEach((name, value) -> {
            // The header's may be unsigned.
            if (expected.get(name).intValue() != value.intValue()) {
                wrong.add(name + " is " + expected.get(name) + ", of the headers " + value);
            }
        });
        assertThat(found).hasSizeGreaterThan(200);
        assertThat(wrong).isEmpty();

        TreeSet<String> unknown = new TreeSet<>(constants.keySet());
        unknown.removeAll(found.keySet());
        unknown.removeIf(name -> expression(name) != null && isNotLookedAt(expression(name)));
        assertThat(unknown).as("neither in the headers nor in the table").isEmpty();
    }

    private static boolean isNotLookedAt(Expression expression) {
        return switch (expression.unit) {
            case "own", "newer" -> true;
            case "verbs" -> !Unit.VERBS.isInstalled();
            default -> false;
        };
    }

    /** What the headers say, of those constants that they know. */
    private Map<String, Long> compile(Target target, Unit unit, Path directory) throws Exception {
        List<String> names = new ArrayList<>(constants.keySet());
        StringBuilder source = new StringBuilder("#define _GNU_SOURCE\n#include <stddef.h>\n");
        unit.headers.forEach(header -> source.append("#include <").append(header).append(">\n"));
        for (int i = 0; i < names.size(); i++) {
            Expression expression = expressions.get(names.get(i));
            if (expression != null && expression.unit.equalsIgnoreCase(unit.name())) {
                declare(source, i, SCRATCH.matcher(expression.text)
                        .replaceAll(match -> String.valueOf(constants.get(match.group()))));
            } else if (expression == null || expression.unit.equals("newer")) {
                String name = names.get(i).substring(names.get(i).indexOf('.') + 1);
                source.append("#ifdef ").append(name).append('\n');
                declare(source, i, name);
                source.append("#endif\n");
            }
        }
        if (unit == Unit.LIBC) {
            declare(source, names.size(), "O_DIRECTORY");
            declare(source, names.size() + 1, "O_NOFOLLOW");
            names.addAll(List.of("Platform.directory", "Platform.noFollow"));
        }
        Map<String, Long> values = new TreeMap<>();
        assemble(target, Files.writeString(directory.resolve(unit + ".c"), source))
                .forEach((index, value) -> values.put(names.get(index), value));
        return values;
    }

    private static void declare(StringBuilder source, int index, String expression) {
        source.append("long long smc").append(index).append(" = ").append(expression).append(";\n");
    }

    /** The value behind each label of the assembly. */
    private static Map<Integer, Long> assemble(Target target, Path source) throws Exception {
        Path assembly = source.resolveSibling(target + "-" + source.getFileName() + ".s");
        // Headers of libraries are the same for all architectures; the cross compiler's own come first.
        run(List.of(target.compiler, "-S", "-O0", "-idirafter", HEADERS.toString(), "-o", assembly.toString(),
                source.toString()));
        Map<Integer, Long> values = new TreeMap<>();
        Matcher label = null;
        for (String line : Files.readAllLines(assembly)) {
            Matcher next = LABEL.matcher(line);
            Matcher value = VALUE.matcher(line);
            if (next.matches()) {
                label = next;
            } else if (label != null && value.matches()) {
                values.put(Integer.valueOf(label.group(1)),
                        value.group(1).equals("zero") ? 0 : Long.parseLong(value.group(2)));
                label = null;
            }
        }
        return values;
    }

    private static void run(List<String> command) throws Exception {
        Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(compiler.getInputStream().readAllBytes(), UTF_8);
        assertThat(compiler.waitFor(COMPILER_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(compiler.exitValue()).as(said).isZero();
    }

    private static boolean isInstalled(String compiler) throws IOException {
        return Stream.of(System.getenv("PATH").split(":")).map(Path::of).map(path -> path.resolve(compiler))
                .anyMatch(Files::isExecutable);
    }
}
