package io.smc4j.spring.boot.autoconfigure.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.coyote.http11.Http11NioProtocol;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmcHttp11NioProtocolTests {

    /** Threads, MBeans and meters take their names from it: dashboards and filters of logs know the one of Tomcat. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void hasTheNameOfTomcatsOwn(boolean tls) {
        Http11NioProtocol own = new Http11NioProtocol();
        Http11NioProtocol smc = new SmcHttp11NioProtocol();
        for (Http11NioProtocol protocol : new Http11NioProtocol[] {own, smc}) {
            protocol.setPort(8080);
            protocol.setSSLEnabled(tls);
        }
        assertThat(smc.getName()).isEqualTo(own.getName()).contains("-nio-8080");
    }
}
