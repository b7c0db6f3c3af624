package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.Smc;
import io.smc4j.engine.SmcProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** What an operator reads when the application does not start. */
@ExtendWith(OutputCaptureExtension.class)
class InvalidSettingFailureAnalyzerTests {

    @Test
    void namesPropertyValueOriginAndRange(CapturedOutput output) {
        start("--smc.buffers.send-size=8KB");
        assertThat(output).contains("APPLICATION FAILED TO START", """
                Description:

                Invalid SMC configuration:

                    Property: smc.buffers.send-size
                    Value: "8KB"
                    Origin: "smc.buffers.send-size" from property source "commandLineArgs"
                    Permitted: between 16KB and 16MB

                Action:

                Set 'smc.buffers.send-size' to a permitted value or remove it.
                """);
    }

    @Test
    void findsTheValueInTheSystemEnvironment(CapturedOutput output) {
        SpringApplication application = application();
        StandardEnvironment environment = new StandardEnvironment();
        String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
        environment.getPropertySources().replace(name,
                new SystemEnvironmentPropertySource(name, Map.of("SMC_MEMORY_LIMIT", "65GB")));
        application.setEnvironment(environment);
        fail(application);
        assertThat(output).contains("""
                    Property: smc.memory.limit
                    Value: "65GB"
                    Origin: System Environment Property "SMC_MEMORY_LIMIT"
                    Permitted: between 0B and 64GB
                """.indent(0).strip());
    }

    @Test
    void namesTheRuleOfAPolicy(CapturedOutput output) {
        start("--smc.policy[0].action=allow", "--smc.policy[1].action=deny", "--smc.policy[1].cidr=10.0.0.0/33");
        assertThat(output).contains("Property: smc.policy[1].cidr", "Value: \"10.0.0.0/33\"",
                "Permitted: an IPv4 or IPv6 address, or an address and a prefix length such as 10.0.0.0/8 or fd00::/8");
    }

    @Test
    void namesTheElementOfAListBetweenCommas(CapturedOutput output) {
        start("--smc.peers.include=10.0.0.0/8,stock:8080");
        assertThat(output).contains("""
                    Property: smc.peers.include[1]
                    Value: "stock:8080"
                    Origin: "smc.peers.include" from property source "commandLineArgs"
                """.indent(0).strip(), "Permitted: an address or an address range, with a port",
                "host names are not looked up");
    }

    @Test
    void saysWhatIsMissing(CapturedOutput output) {
        start("--smc.policy[0].host=example.com");
        assertThat(output).contains("""
                    Property: smc.policy[0].action
                    Permitted: allow or deny

                Action:

                Set 'smc.policy[0].action' to a permitted value.
                """.indent(0).strip());
    }

    @Test
    void checksWhatIsSwitchedOffAsWell(CapturedOutput output) {
        start("--smc.enabled=false", "--smc.handshake.timeout=-1s");
        assertThat(output).contains("Property: smc.handshake.timeout", "Value: \"-1s\"",
                "Permitted: between 1ms and 10m");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void explainsWhatShowsOnlyWhenTheEngineOpens(CapturedOutput output, @TempDir Path directory) throws IOException {
        assumeTrue(Smc.isAvailable());
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        start("--smc.shared-memory.directory=" + directory);
        assertThat(output).contains("APPLICATION FAILED TO START", """
                    Property: smc.shared-memory.directory
                    Value: "%s"
                    Origin: "smc.shared-memory.directory" from property source "commandLineArgs"
                    Permitted: a directory in which only owners rename and remove what is theirs
                """.indent(0).strip().formatted(directory), "chmod 1777");
    }

    @Test
    void explainsASettingOfAnEngineThatTheApplicationOpens(CapturedOutput output) {
        SpringApplication application = application();
        application.addInitializers(context -> ((GenericApplicationContext) context).registerBean(SmcProvider.class,
                () -> {
                    throw new InvalidSettingException("shared-memory.directory", "/srv/smc", "a directory");
                }));
        fail(application);
        assertThat(output).contains("""
                    Setting: shared-memory.directory
                    Value: "/srv/smc"
                    Permitted: a directory
                """.indent(0).strip());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void explainsWhatUserIsNotKnown(CapturedOutput output) {
        assumeTrue(Smc.isAvailable());
        start("--smc.shared-memory.users=root,smc4j-no-such-user");
        assertThat(output).contains("APPLICATION FAILED TO START", """
                    Property: smc.shared-memory.users[1]
                    Value: "smc4j-no-such-user"
                    Origin: "smc.shared-memory.users" from property source "commandLineArgs"
                """.indent(0).strip());
    }

    @Test
    void leavesValuesOfTheWrongTypeToBoot(CapturedOutput output) {
        start("--smc.spin.mode=sometimes");
        assertThat(output).contains("Failed to bind properties under 'smc.spin.mode'", "Value: \"sometimes\"",
                "ADAPTIVE", "ALWAYS", "NEVER");
    }

    @Test
    void leavesMalformedSwitchesToBoot(CapturedOutput output) {
        start("--smc.enabled=perhaps");
        assertThat(output).contains("APPLICATION FAILED TO START", "Failed to bind properties under 'smc.enabled'",
                "Value: \"perhaps\"");
    }

    private static void start(String... arguments) {
        fail(application(), arguments);
    }

    private static SpringApplication application() {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application;
    }

    private static void fail(SpringApplication application, String... arguments) {
        assertThatExceptionOfType(Exception.class).isThrownBy(() -> application.run(arguments));
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(SmcAutoConfiguration.class)
    static class Application {
    }
}
