package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.util.ClassUtils;

/** What build tools and editors read from the jar. */
class ConfigurationMetadataTests {

    private static final ClassLoader LOADER = SmcProperties.class.getClassLoader();
    private static final Set<String> WITHOUT_DEFAULT =
            Set.of("smc.peers.include", "smc.policy", "smc.rdma.device", "smc.rdma.pnet",
                    "smc.shared-memory.directory", "smc.shared-memory.users");

    @Test
    void everyPropertyHasADescriptionAndADefault() throws Exception {
        Map<String, JsonNode> properties = metadata("properties");
        assertThat(properties.keySet()).filteredOn((name) -> name.startsWith("smc.")).containsExactly(
                "smc.adaptive.duration", "smc.adaptive.enabled", "smc.adaptive.short-lived",
                "smc.adaptive.slow-readers",
                "smc.buffers.idle-after", "smc.buffers.initial-size", "smc.buffers.rdma-size",
                "smc.buffers.receive-size", "smc.buffers.send-size", "smc.client.enabled", "smc.client.gateway.enabled",
                "smc.client.pool.max-per-route", "smc.client.pool.max-total", "smc.client.rest-template-beans.enabled",
                "smc.client.rest.enabled", "smc.client.webclient.enabled", "smc.discovery.http",
                "smc.discovery.syn-option", "smc.enabled",
                "smc.handshake.retry-after", "smc.handshake.timeout", "smc.memory.limit", "smc.monitor.enabled",
                "smc.monitor.slow-after", "smc.monitor.warn-at",
                "smc.peers.include",
                "smc.policy", "smc.rdma.device", "smc.rdma.gid-index", "smc.rdma.max-connections",
                "smc.rdma.max-links", "smc.rdma.pnet", "smc.rdma.port", "smc.rdma.provider", "smc.rdma.ueid",
                "smc.server.enabled", "smc.server.jetty.enabled", "smc.server.netty.enabled",
                "smc.server.tomcat.enabled",
                "smc.shared-memory.directory", "smc.shared-memory.enabled", "smc.shared-memory.users", "smc.spin.limit",
                "smc.spin.mode");
        assertThat(properties).containsKeys("management.health.smc.enabled", "management.info.smc.enabled",
                "management.endpoint.smc.access");
        properties.forEach((name, property) -> {
            assertThat(property.path("description").asText()).as(name).matches("(?s)\\p{Lu}.*\\.");
            assertThat(property.has("defaultValue")).as(name).isEqualTo(!WITHOUT_DEFAULT.contains(name));
        });
    }

    @Test
    void hintsNameExistingProperties() throws Exception {
        assertThat(metadata("properties").keySet()).containsAll(metadata("hints").keySet());
    }

    @Test
    void everyListedAutoConfigurationLoads() {
        List<String> names = ImportCandidates.load(AutoConfiguration.class, LOADER).getCandidates().stream()
                .filter((name) -> name.startsWith("io.smc4j."))
                .toList();
        assertThat(names).contains(SmcAutoConfiguration.class.getName());
        assertThat(names).allSatisfy((name) -> assertThat(ClassUtils.forName(name, LOADER)).isNotNull());
    }

    @Test
    void devtoolsKeepsTheModulesOutOfItsRestarts() throws Exception {
        Properties properties = PropertiesLoaderUtils.loadAllProperties("META-INF/spring-devtools.properties", LOADER);
        Pattern pattern = Pattern.compile(properties.getProperty("restart.exclude.smc"));
        assertThat(pattern.matcher("file:/home/dev/smc-engine/target/classes/").find()).isTrue();
        assertThat(pattern.matcher("file:/home/dev/smc-spring-boot-autoconfigure/target/classes/").find()).isTrue();
        assertThat(pattern.matcher("file:/home/dev/shop/target/classes/").find()).isFalse();
    }

    private static Map<String, JsonNode> metadata(String section) throws Exception {
        URI file = SmcProperties.class.getProtectionDomain().getCodeSource().getLocation().toURI()
                .resolve("META-INF/spring-configuration-metadata.json");
        Map<String, JsonNode> result = new TreeMap<>();
        new ObjectMapper().readTree(Path.of(file).toFile()).path(section)
                .forEach((node) -> result.put(node.path("name").asText(), node));
        return result;
    }
}
