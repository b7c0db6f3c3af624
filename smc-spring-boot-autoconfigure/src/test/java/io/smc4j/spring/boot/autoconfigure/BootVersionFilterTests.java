package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;

@ExtendWith(OutputCaptureExtension.class)
class BootVersionFilterTests {

    private static final String OURS = SmcAutoConfiguration.class.getName();
    private static final String[] CANDIDATES = {"com.example.Other", OURS, null};

    @ParameterizedTest
    @ValueSource(strings = {"3.4.0", "3.4.13", "3.5.16", "3.5.17-SNAPSHOT"})
    void letsAllInWithSupportedVersions(String version, CapturedOutput output) {
        assertThat(match(version, new DefaultListableBeanFactory())).containsExactly(true, true, true);
        assertThat(output).doesNotContain("SMC is off");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.7.18", "3.0.13", "3.3.13", "4.2.0-M1", "4.10.0", "5.0.0", "34.1.0", "unknown"})
    void keepsOursOutWithOtherVersionsAndSaysSoOnce(String version, CapturedOutput output) {
        DefaultListableBeanFactory parent = new DefaultListableBeanFactory();

        assertThat(match(version, parent)).containsExactly(true, false, true);
        assertThat(match(version, new DefaultListableBeanFactory(parent))).containsExactly(true, false, true);

        assertThat(output.getOut().lines().filter(line -> line.contains("SMC is off"))).singleElement().asString()
                .contains("WARN", version, "supports 3.4, 3.5, 4.0 and 4.1", "HTTP stays on TCP");
    }

    @Test
    void saysWhichJarIsMissingForSpringBoot4(CapturedOutput output) {
        assertThat(match("4.0.9", new DefaultListableBeanFactory())).containsExactly(true, false, true);
        assertThat(output).contains("SMC is off: ", "smc-spring-boot4-autoconfigure is missing");
    }

    @Test
    void keepsSilentWhereNobodyWantsSmc(CapturedOutput output) {
        BootVersionFilter filter = new BootVersionFilter("3.3.13");
        filter.setEnvironment(new MockEnvironment().withProperty("smc.enabled", "false"));
        filter.setBeanFactory(new DefaultListableBeanFactory());

        assertThat(filter.match(CANDIDATES, null)).containsExactly(true, false, true);
        assertThat(filter.match(new String[] {"com.example.Other"}, null)).containsExactly(true);
        assertThat(output).doesNotContain("SMC is off");
    }

    private static boolean[] match(String version, DefaultListableBeanFactory beans) {
        BootVersionFilter filter = new BootVersionFilter(version);
        filter.setEnvironment(new MockEnvironment());
        filter.setBeanFactory(beans);
        return filter.match(CANDIDATES, null);
    }
}
