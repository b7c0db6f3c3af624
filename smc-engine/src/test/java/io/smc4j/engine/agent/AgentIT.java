package io.smc4j.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.VirtualMachine;
import io.smc4j.engine.testsupport.InstalledJava;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The agent in processes of its own, which run programs that know nothing of it. */
@Timeout(120)
class AgentIT {

    private static final Path JAVA = Path.of(System.getProperty("java.home"));

    /** Says which class it is of, and does nothing. */
    static final class IdleProgram {

        public static void main(String[] arguments) throws Exception {
            System.out.println("runs");
            if (arguments.length > 0) {
                System.in.read();
            }
        }
    }

    @Test
    void channelsOfAnUnchangedProgramAreOnSmc() throws Exception {
        try (JavaProcess program = JavaProcess.start(ChannelProgram.class, List.of(JavaProcess.agent()))) {
            program.ended(0);
            assertThat(program.output()).contains("received hello", "selected 1")
                    .anyMatch(line -> line.startsWith("client SmcSocketChannel[SMC "))
                    .anyMatch(line -> line.startsWith("server SmcSocketChannel[SMC "))
                    .contains("pipe sun.nio.ch.SourceChannelImpl", "datagram sun.nio.ch.DatagramChannelImpl");
            assertThat(program.errors()).singleElement().asString().startsWith("smc4j: SMC is on");
        }
    }

    @Test
    void excludedClassesHaveTheJdksChannels() throws Exception {
        try (JavaProcess program = JavaProcess.start(ChannelProgram.class,
                List.of(JavaProcess.agent("exclude.classes=com.example.*," + ChannelProgram.class.getName())))) {
            program.ended(0);
            assertThat(program.output()).contains("received hello", "selected 1")
                    .noneMatch(line -> line.contains("SmcSocketChannel"));
        }
    }

    @Test
    void excludedPortsStayOnTcp() throws Exception {
        try (JavaProcess program = JavaProcess.start(ChannelProgram.class,
                List.of(JavaProcess.agent("exclude.ports=1-65535,quiet=true")))) {
            program.ended(0);
            assertThat(program.output()).contains("received hello")
                    .anyMatch(line -> line.startsWith("client SmcSocketChannel[TCP "));
            assertThat(program.errors()).isEmpty();
        }
    }

    @Test
    void nothingIsSaidOrOpenedWithoutASocket() throws Exception {
        try (JavaProcess program = JavaProcess.start(IdleProgram.class,
                List.of(JavaProcess.agent(), "-verbose:class"))) {
            program.ended(0);
            assertThat(program.errors()).isEmpty();
            assertThat(program.output()).contains("runs")
                    .noneMatch(line -> line.contains("io.smc4j.engine.core.") || line.contains("java.util.logging."));
        }
    }

    @Test
    void theCompilerIsNotDisturbed(@TempDir Path directory) throws Exception {
        Path source = Files.writeString(directory.resolve("A.java"), "class A { }");
        try (JavaProcess compiler = JavaProcess.run(Map.of("JAVA_TOOL_OPTIONS", JavaProcess.agent()),
                List.of(JAVA.resolve("bin/javac").toString(), source.toString()))) {
            compiler.ended(0);
            assertThat(compiler.output()).isEmpty();
            assertThat(compiler.errors()).isEmpty();
            assertThat(directory.resolve("A.class")).exists();
        }
    }

    @Test
    void aBadOptionIsOneLineAndTcp() throws Exception {
        assertTcp(List.of(JavaProcess.agent("memory.limit=lots")),
                "smc4j: SMC is off: memory.limit is 'lots' but must be a size such as 65536, 64KB or 4MB");
        assertTcp(List.of(JavaProcess.agent("no.such=1")), "smc4j: SMC is off: option no.such is no setting");
        assertTcp(List.of(JavaProcess.agent("shared-memory.users=no-such-user-of-this-host")),
                "no-such-user-of-this-host");
    }

    private static void assertTcp(List<String> options, String says) throws Exception {
        try (JavaProcess program = JavaProcess.start(ChannelProgram.class, options)) {
            program.ended(0);
            assertThat(program.output()).contains("received hello", "selected 1")
                    .noneMatch(line -> line.contains("SmcSocketChannel"));
            assertThat(program.errors()).singleElement().asString().contains(says);
        }
    }

    @Test
    void aBadVariableIsOneLineAndTcp() throws Exception {
        try (JavaProcess program = JavaProcess.run(JAVA, Map.of("SMC4J_POLICY_0_ACTION", "perhaps"),
                List.of(JavaProcess.agent(), "-cp", JavaProcess.testClasses(), IdleProgram.class.getName()))) {
            program.ended(0);
            assertThat(program.output()).containsExactly("runs");
            assertThat(program.errors()).containsExactly(
                    "smc4j: SMC is off: policy[0].action is 'perhaps' but must be one of allow, deny");
        }
    }

    @Test
    void theFirstOfTwoAgentsCounts() throws Exception {
        try (JavaProcess program = JavaProcess.start(ChannelProgram.class,
                List.of(JavaProcess.agent("quiet=true"), JavaProcess.agent("memory.limit=lots")))) {
            program.ended(0);
            assertThat(program.output()).anyMatch(line -> line.startsWith("client SmcSocketChannel[SMC "));
            assertThat(program.errors()).containsExactly(
                    "smc4j: the agent is there twice; the first counts, with its options");
        }
    }

    @Test
    void aPathWithSpaces(@TempDir Path directory) throws Exception {
        Path jar = Files.copy(JavaProcess.jar(), directory.resolve("smc engine, renamed.jar"));
        try (JavaProcess program = JavaProcess.start(ChannelProgram.class, List.of("-javaagent:" + jar))) {
            program.ended(0);
            assertThat(program.output()).anyMatch(line -> line.startsWith("client SmcSocketChannel[SMC "));
        }
    }

    @Test
    void theUsersOwnProviderStays() throws Exception {
        assertTcp(List.of(JavaProcess.agent(), "--add-exports", "java.base/sun.nio.ch=ALL-UNNAMED",
                "-Djava.nio.channels.spi.SelectorProvider=" + DelegatingProvider.class.getName()),
                "smc4j: channels stay with " + DelegatingProvider.class.getName());
    }

    @Test
    void aChildInheritsTheAgent() throws Exception {
        List<String> command = List.of("sh", "-c", "\"$0\" -version && exec \"$0\" -cp \"$1\" \"$2\"",
                JAVA.resolve("bin/java").toString(), JavaProcess.testClasses(), ChannelProgram.class.getName());
        try (JavaProcess program = JavaProcess.run(
                Map.of("JAVA_TOOL_OPTIONS", "'" + JavaProcess.agent("memory.limit=64MB") + "'"), command)) {
            program.ended(0);
            assertThat(program.output()).anyMatch(line -> line.startsWith("client SmcSocketChannel[SMC "));
        }
    }

    @Test
    void nobodyAttachesIt() throws Exception {
        try (JavaProcess program = JavaProcess.start(IdleProgram.class, List.of("-XX:+EnableDynamicAgentLoading"),
                "wait")) {
            program.awaitOutput(line -> line.equals("runs"));
            VirtualMachine machine = VirtualMachine.attach(Long.toString(program.pid()));
            try {
                assertThat(catchThrowable(
                        () -> machine.loadAgent(JavaProcess.jar().toString())))
                        .isInstanceOf(AgentInitializationException.class);
            } finally {
                machine.detach();
            }
            program.awaitError(line -> line.contains("smc4j joins a program at its start only, by -javaagent"));
            program.tell("end");
            program.ended(0);
        }
    }

    @Test
    void olderJavaSaysWhyInOneLine() throws Exception {
        Optional<Path> older = InstalledJava.find(version -> version == 17);
        assumeTrue(older.isPresent(), "needs a Java 17");
        try (JavaProcess version = JavaProcess.run(older.get(), Map.of(), List.of(JavaProcess.agent(), "-version"))) {
            version.ended(0);
            assertThat(version.errors().getFirst()).matches("smc4j: SMC is off: Java 17 < 22, .*");
        }
    }
}
