package io.smc4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SmcTest {

    @Test
    void oldJavaComesBeforeEverythingElse() {
        assertThat(Smc.causeOnPlatform(17, "Windows 11", false)).startsWith("Java 17 < 22");
        assertThat(Smc.causeOnPlatform(21, "Linux", false)).startsWith("Java 21 < 22");
        assertThat(Smc.causeOnPlatform(22, "Linux", false)).isNull();
    }

    @Test
    void otherOperatingSystemsAreNamed() {
        assertThat(Smc.causeOnPlatform(25, "Mac OS X", false)).isEqualTo("operating system is Mac OS X, not Linux");
    }

    @Test
    void nativeImagesStayOnTcp() {
        assertThat(Smc.causeOnPlatform(25, "Linux", true)).isEqualTo("native images are not supported");
    }

    @Test
    void opensAnEngine() throws Exception {
        assertThat(Smc.unavailabilityCause()).isNull();
        SmcConfig config = SmcConfig.builder().memoryLimit(1 << 20).build();
        try (SmcProvider provider = Smc.open(config)) {
            assertThat(provider.config()).isSameAs(config);
            assertThat(provider.policy()).isEqualTo(SmcPolicy.allowAll());
            assertThat(provider.snapshot().ringMemoryLimit()).isEqualTo(1 << 20);
        }
    }
}
