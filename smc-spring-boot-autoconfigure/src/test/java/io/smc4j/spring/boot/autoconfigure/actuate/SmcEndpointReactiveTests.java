package io.smc4j.spring.boot.autoconfigure.actuate;

import org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "spring.main.web-application-type=reactive")
@Import(NettyReactiveWebServerFactory.class)
class SmcEndpointReactiveTests extends AbstractSmcEndpointHttpTests {
}
