package io.smc4j.spring.boot.autoconfigure.urlconnection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcConfiguration;
import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcRuntime;
import io.smc4j.spring.boot.autoconfigure.testsupport.HttpCalls;
import io.smc4j.spring.boot.autoconfigure.testsupport.TestHttpServer;
import io.smc4j.spring.boot.autoconfigure.testsupport.Traffic;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestTemplate;

class SmcRestTemplateBeansAutoConfigurationTests {

    private static final AutoConfigurations AUTO_CONFIGURATIONS =
            AutoConfigurations.of(SmcRestTemplateBeansAutoConfiguration.class);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(FakeSmcConfiguration.class).withConfiguration(AUTO_CONFIGURATIONS);

    private TestHttpServer server;

    @BeforeEach
    void startServer() throws Exception {
        server = TestHttpServer.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private ApplicationContextRunner with(Supplier<RestTemplate> restTemplate) {
        return runner.withBean(RestTemplate.class, restTemplate);
    }

    private void assertLeftAlone(Supplier<RestTemplate> restTemplate) {
        with(restTemplate).run(context -> assertThat(context.getBean(RestTemplate.class).getRequestFactory())
                .isNotInstanceOf(SmcSimpleClientHttpRequestFactory.class));
    }

    @Test
    void carriesABeanMadeByNew() {
        Traffic[] traffic = new Traffic[1];
        with(RestTemplate::new).run(context -> {
            RestTemplate client = context.getBean(RestTemplate.class);
            for (int i = 0; i < 10; i++) {
                assertThat(client.postForObject(server.url("/echo"), "hello", String.class)).isEqualTo("hello");
            }
            traffic[0] = context.getBean(FakeSmcRuntime.class).traffic();
            assertThat(traffic[0].connected()).isEqualTo(1);
            assertThat(traffic[0].open()).isEqualTo(1);
        });
        HttpCalls.assertNoneLeft(traffic[0]);
    }

    @Test
    void appliesInReactiveApplications() {
        new ReactiveWebApplicationContextRunner().withUserConfiguration(FakeSmcConfiguration.class)
                .withConfiguration(AUTO_CONFIGURATIONS).withBean(RestTemplate.class)
                .run(context -> assertThat(context.getBean(RestTemplate.class).getRequestFactory())
                        .isInstanceOf(SmcSimpleClientHttpRequestFactory.class));
    }

    @Test
    void keepsTheReadTimeout() {
        with(() -> {
            SimpleClientHttpRequestFactory factory = new SimpleClientHttpRequestFactory();
            factory.setReadTimeout(200);
            return new RestTemplate(factory);
        }).run(context -> {
            RestTemplate client = context.getBean(RestTemplate.class);
            assertThatThrownBy(() -> client.getForObject(server.url("/silent"), String.class))
                    .isInstanceOf(ResourceAccessException.class).hasRootCauseInstanceOf(SocketTimeoutException.class);
            assertThat(context.getBean(FakeSmcRuntime.class).traffic().connected()).isEqualTo(1);
        });
    }

    @Test
    void keepsInterceptors() {
        with(() -> {
            RestTemplate client = new RestTemplate();
            client.getInterceptors().add((request, body, execution) -> execution.execute(request, "two".getBytes()));
            return client;
        }).run(context -> {
            assertThat(context.getBean(RestTemplate.class).postForObject(server.url("/echo"), "one", String.class))
                    .isEqualTo("two");
            assertThat(context.getBean(FakeSmcRuntime.class).traffic().connected()).isEqualTo(1);
        });
    }

    @Test
    void keepsNoCookiesAndRedirectsOnlyGet() {
        with(RestTemplate::new).run(context -> {
            RestTemplate client = context.getBean(RestTemplate.class);
            assertThat(client.postForEntity(server.url("/redirect"), "one", String.class).getStatusCode())
                    .isEqualTo(HttpStatus.FOUND);
            assertThat(client.getForEntity(server.url("/redirect"), String.class).getStatusCode())
                    .isEqualTo(HttpStatus.OK);
            assertThat(client.getForObject(server.url("/cookie"), String.class)).isEqualTo("null");
        });
    }

    @Test
    void leavesAClientThatWasChosen() {
        assertLeftAlone(() -> new RestTemplate(new JdkClientHttpRequestFactory()));
    }

    @Test
    void leavesASubclass() {
        assertLeftAlone(() -> new RestTemplate(new SimpleClientHttpRequestFactory() {
        }));
    }

    @Test
    void goesThroughAProxyByAPlainSocket() {
        with(() -> {
            SimpleClientHttpRequestFactory factory = new SimpleClientHttpRequestFactory();
            factory.setProxy(new Proxy(Proxy.Type.HTTP, server.address()));
            return new RestTemplate(factory);
        }).run(context -> {
            assertThat(context.getBean(RestTemplate.class)
                    .postForObject("http://example.invalid:8080/echo", "hello", String.class)).isEqualTo("hello");
            assertThat(context.getBean(FakeSmcRuntime.class).traffic().connected()).isZero();
        });
    }

    @Test
    void isOffWithEachSwitch() {
        for (String property : new String[] {"smc.enabled", "smc.client.enabled",
            "smc.client.rest-template-beans.enabled"}) {
            with(RestTemplate::new).withPropertyValues(property + "=false").run(context ->
                    assertThat(context.getBean(RestTemplate.class).getRequestFactory())
                            .isExactlyInstanceOf(SimpleClientHttpRequestFactory.class));
        }
    }

    @Test
    void needsNoHttpComponents() {
        with(RestTemplate::new).withClassLoader(new FilteredClassLoader("org.apache.hc.client5")).run(context ->
                assertThat(context.getBean(RestTemplate.class).getRequestFactory())
                        .isInstanceOf(SmcSimpleClientHttpRequestFactory.class));
    }

    @Test
    void makesNothingWithoutARestTemplate() {
        runner.run(context -> assertThat(context.getBean(FakeSmcRuntime.class).traffic().connected()).isZero());
    }
}
