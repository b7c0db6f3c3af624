package io.smc4j.spring.boot.autoconfigure.actuate;

import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "spring.main.web-application-type=servlet")
class SmcEndpointServletTests extends AbstractSmcEndpointHttpTests {
}
