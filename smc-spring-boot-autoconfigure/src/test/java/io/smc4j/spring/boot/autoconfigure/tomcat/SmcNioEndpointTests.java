package io.smc4j.spring.boot.autoconfigure.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import javax.management.ObjectName;
import org.apache.tomcat.util.modeler.Registry;
import org.junit.jupiter.api.Test;

class SmcNioEndpointTests {

    @Test
    void isReadableByJmx() throws Exception {
        ObjectName name = new ObjectName("smc4j.test:type=ThreadPool");
        Registry registry = new Registry() {
            // The shared one may have been switched off by an embedded Tomcat of this JVM.
        };
        registry.registerComponent(new SmcNioEndpoint(), name, null);
        try {
            assertThat(ManagementFactory.getPlatformMBeanServer().getAttribute(name, "keepAliveCount")).isEqualTo(0);
        } finally {
            registry.unregisterComponent(name);
        }
    }
}
