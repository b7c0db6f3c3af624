package io.smc4j.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.jmx.SmcEngineMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Set;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Engines as MBeans. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class EngineMBeansTest extends TwoEngines {

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    private Set<ObjectName> names() throws Exception {
        return server.queryNames(new ObjectName(SmcEngineMXBean.NAME + "*"), null);
    }

    /** Those of engines that other tests have left to be closed later. */
    private Set<ObjectName> before;

    @BeforeEach
    void look() throws Exception {
        before = names();
    }

    private Set<ObjectName> own() throws Exception {
        Set<ObjectName> own = names();
        own.removeAll(before);
        return own;
    }

    @Test
    void eachEngineIsOneUntilItIsClosed() throws Exception {
        open(SmcConfig.builder().build(), SmcConfig.builder().build());
        await().atMost(Duration.ofSeconds(60)).until(() -> own().size() == 2);
        clients.close();
        assertThat(own()).hasSize(1);
        servers.close();
        assertThat(own()).isEmpty();
        assertThat(clients.snapshot()).isNotNull();
    }

    @Test
    void showsWhatTheSnapshotHas() throws Exception {
        open(SmcConfig.builder().build(), SmcConfig.builder().build());
        connect();
        await().atMost(Duration.ofSeconds(60)).until(() -> own().size() == 2);
        for (ObjectName name : own()) {
            SmcEngineMXBean bean = JMX.newMXBeanProxy(server, name, SmcEngineMXBean.class);
            assertThat(bean.getConnections()).containsEntry("SMCD", 1L).containsEntry("TCP", 0L);
            assertThat(bean.getHandshakes()).containsEntry("SMC", 1L);
            assertThat(bean.getFallbacks()).isEmpty();
            assertThat(bean.getBytesSent().get("SMCD") + bean.getBytesReceived().get("SMCD")).isPositive();
            assertThat(bean.getResources().get("RING_MEMORY")).isPositive();
            assertThat(bean.getRingMemoryLimit()).isEqualTo(SmcConfig.defaults().memoryLimit());
            assertThat(bean.getLinkGroups()).isOne();
            assertThat(bean.getSlowReaders()).isZero();
            assertThat(bean.getGid()).matches("[0-9a-f]{32}");
            assertThat(bean.report()).startsWith("SMC is on").contains("SMCD", "Ring memory");
        }
    }
}
