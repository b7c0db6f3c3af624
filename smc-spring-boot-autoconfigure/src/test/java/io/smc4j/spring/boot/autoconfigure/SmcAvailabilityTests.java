package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.Smc;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;

class SmcAvailabilityTests {

    @Test
    void oldJavaComesBeforeEverythingElse() {
        assertThat(SmcAvailability.causeOnPlatform(17, "Windows 11", false)).startsWith("Java 17 < 22");
        assertThat(SmcAvailability.causeOnPlatform(21, "Linux", false)).startsWith("Java 21 < 22");
        assertThat(SmcAvailability.causeOnPlatform(22, "Linux", false)).isNull();
    }

    @Test
    void otherOperatingSystemsAreNamed() {
        assertThat(SmcAvailability.causeOnPlatform(25, "Mac OS X", false)).isEqualTo(
                "operating system is Mac OS X, not Linux");
    }

    @Test
    void nativeImagesStayOnTcp() {
        assertThat(SmcAvailability.causeOnPlatform(25, "Linux", true)).isEqualTo("native images are not supported");
    }

    @Test
    void theEngineHasTheLastWord() {
        assertThat(SmcAvailability.in(getClass().getClassLoader()).cause()).isEqualTo(Smc.unavailabilityCause());
    }

    @Test
    void applicationsThatExcludeTheEngineStayOnTcp() {
        assertThat(SmcAvailability.in(new FilteredClassLoader("io.smc4j.engine")).cause()).isEqualTo(
                "smc-engine is not on the class path");
    }
}
