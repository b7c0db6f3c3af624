package io.smc4j.spring.boot.versions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootVersion;

/** A version that smc4j does not support: all goes on by TCP, and one line says so. */
class OtherVersionIT {

    @Test
    void staysOnTcpAndSaysSoOnce() throws Exception {
        try (ApplicationProcess application = ApplicationProcess.start("tomcat", jar -> true,
                "--spring.main.web-application-type=servlet")) {
            assertThat(application.get("/hello")).isEqualTo("hello");
            assertThat(application.get("/calls/restTemplateBean?url=" + application.url() + "/hello"))
                    .isEqualTo("hello");
            assertThat(application.lines("smc4j")).singleElement().asString().contains(" WARN ", "SMC is off: ",
                    "Spring Boot is " + SpringBootVersion.getVersion(), "smc4j supports 3.4, 3.5, 4.0 and 4.1");
            assertThat(application.lines("SMC is on")).isEmpty();
        }
    }
}
