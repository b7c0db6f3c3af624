package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application whose beans are worked out when it is built: on the JVM, and as far as it goes without GraalVM, in
 * what the application takes for a native image.
 */
class AheadOfTimeTests {

    private static final String[] WEB = {"--server.port=0", "--management.endpoints.web.exposure.include=smc",
            "--spring.main.web-application-type=servlet"};

    @TempDir
    private static Path generated;

    @TempDir
    private Path directory;

    @BeforeAll
    static void process() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(ProbeApplication.class.getName(),
                generated.resolve("sources").toString(), generated.resolve("resources").toString(),
                generated.resolve("classes").toString(), "com.example", "example"));
        arguments.addAll(List.of(WEB));
        ApplicationProcess processor = ApplicationProcess.run(
                "org.springframework.boot.SpringApplicationAotProcessor", List.of(), List.of(), generated,
                arguments.toArray(String[]::new));
        assertThat(processor.exitCode()).as(processor.output()).isZero();
        compile();
    }

    private static void compile() throws IOException {
        List<String> options = new ArrayList<>(List.of("-proc:none", "-nowarn", "-d",
                generated.resolve("classes").toString(), "-cp",
                generated.resolve("classes") + ":" + System.getProperty("java.class.path")));
        try (Stream<Path> sources = Files.walk(generated.resolve("sources"))) {
            sources.map(Path::toString).filter(source -> source.endsWith(".java")).forEach(options::add);
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new)))
                .as("javac").isZero();
    }

    private ApplicationProcess run(String... options) throws Exception {
        return ApplicationProcess.run(ProbeApplication.class.getName(), List.of(options),
                List.of(generated.resolve("classes"), generated.resolve("resources")), directory,
                Stream.concat(Stream.of(WEB), Stream.of("/greeting", "/actuator/smc")).toArray(String[]::new));
    }

    @Test
    void onTheJvmItIsCarried() throws Exception {
        ApplicationProcess application = run("-Dspring.aot.enabled=true");
        assertThat(application.exitCode()).as(application.output()).isZero();
        assertThat(application.output()).contains("Starting AOT-processed ProbeApplication",
                "SMC is on: client and server", "; server: Tomcat, clients: ", "ANSWER /greeting 200 hello",
                "ANSWER /actuator/smc 200 {\"available\":true");
    }

    @Test
    void asANativeImageItStaysOnTcpAndSaysWhy() throws Exception {
        ApplicationProcess application = run("-Dorg.graalvm.nativeimage.imagecode=runtime");
        assertThat(application.exitCode()).as(application.output()).isZero();
        assertThat(application.output()).contains("Starting AOT-processed ProbeApplication",
                "SMC is off: native images are not supported; HTTP stays on TCP", "ANSWER /greeting 200 hello",
                "ANSWER /actuator/smc 200 {\"available\":false,\"cause\":\"native images are not supported\"",
                "\"coverage\":[]");
        assertThat(application.loadedEngineClasses()).isNotEmpty()
                .allMatch(name -> name.matches("io\\.smc4j\\.engine\\.(report\\.)?[A-Z][^.]*"));
    }
}
