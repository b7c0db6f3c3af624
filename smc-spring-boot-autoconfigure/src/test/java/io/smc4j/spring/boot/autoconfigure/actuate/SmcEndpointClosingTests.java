package io.smc4j.spring.boot.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smc4j.engine.Smc;
import io.smc4j.spring.boot.autoconfigure.SmcAutoConfiguration;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What the endpoint answers while the engine closes, and afterwards. */
@Timeout(60)
class SmcEndpointClosingTests {

    private static final int CONNECTIONS = 20;

    @RepeatedTest(10)
    void everyQuestionIsAnswered() {
        assumeTrue(Smc.isAvailable());
        new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(SmcAutoConfiguration.class))
                .withPropertyValues("smc.shared-memory.directory=").run((context) -> {
                    SmcRuntime runtime = context.getBean(SmcRuntime.class);
                    SmcEndpoint endpoint = new SmcEndpoint(runtime);
                    List<Callable<Object>> questions = questions(endpoint, runtime);
                    ExecutorService askers = Executors.newFixedThreadPool(questions.size());
                    try (ServerSocketChannel listener = runtime.selectorProvider().openServerSocketChannel()) {
                        connect(runtime.selectorProvider(), listener);
                        CountDownLatch asked = new CountDownLatch(questions.size());
                        CountDownLatch closed = new CountDownLatch(1);
                        List<Future<?>> answers = new ArrayList<>();
                        questions.forEach((question) -> answers.add(askers.submit(() -> {
                            assertThat(question.call()).isNotNull();
                            asked.countDown();
                            while (closed.getCount() > 0) {
                                assertThat(question.call()).isNotNull();
                            }
                            return assertThat(question.call()).isNotNull();
                        })));
                        asked.await();
                        ((AutoCloseable) runtime).close();
                        closed.countDown();
                        for (Future<?> answer : answers) {
                            answer.get();
                        }
                    } finally {
                        askers.shutdownNow();
                    }
                });
    }

    private static List<Callable<Object>> questions(SmcEndpoint endpoint, SmcRuntime runtime) {
        return List.of(
                () -> endpoint.report(ReportFormat.JSON, null, null, "-bytesSent", 0, 50).getBody(),
                () -> endpoint.report(ReportFormat.TEXT, null, null, null, null, null).getBody(),
                () -> endpoint.part("linkgroups"),
                () -> endpoint.reset("statistics").getBody(),
                () -> endpoint.add("policy", "deny", null, "a.example", null, null, null, "1m", 0, "open", null)
                        .getBody(),
                () -> endpoint.remove("policy", "0"),
                () -> endpoint.add("check", null, null, null, null, null, null, null, null, null, "127.0.0.1:1")
                        .getBody(),
                () -> new SmcHealthIndicator(runtime).health());
    }

    /** Left to the engine's end. */
    private static void connect(SelectorProvider provider, ServerSocketChannel listener) throws IOException {
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        for (int i = 0; i < CONNECTIONS; i++) {
            SocketChannel client = provider.openSocketChannel();
            client.connect(listener.getLocalAddress());
            listener.accept();
        }
    }
}
