package io.smc4j.spring.boot.autoconfigure.testsupport;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/** Uses of a connection that differ in what they ask of the server. */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
@RestController
public class HttpTestApplication implements WebSocketConfigurer, DisposableBean {

    public final CountDownLatch held = new CountDownLatch(1);
    public final CountDownLatch release = new CountDownLatch(1);
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    public volatile Path file;

    @PostMapping("/echo")
    byte[] echo(@RequestBody byte[] body) {
        return body;
    }

    @GetMapping("/thread")
    String thread() {
        return Thread.currentThread().toString();
    }

    @GetMapping("/peer")
    String peer(HttpServletRequest request) {
        return request.getRemoteAddr() + " " + request.getLocalAddr() + " " + request.getLocalPort();
    }

    @GetMapping("/async")
    DeferredResult<String> async() {
        DeferredResult<String> result = new DeferredResult<>();
        executor.execute(() -> result.setResult("later"));
        return result;
    }

    @GetMapping("/held")
    String held() throws InterruptedException {
        held.countDown();
        release.await();
        return "released";
    }

    @GetMapping("/file")
    void file(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getAttribute("org.apache.tomcat.sendfile.support") != Boolean.TRUE) {
            response.sendError(501);
            return;
        }
        long size = Files.size(file);
        response.setContentLengthLong(size);
        request.setAttribute("org.apache.tomcat.sendfile.filename", file.toRealPath().toString());
        request.setAttribute("org.apache.tomcat.sendfile.start", 0L);
        request.setAttribute("org.apache.tomcat.sendfile.end", size);
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
        registry.addHandler(new TextWebSocketHandler() {
            @Override
            protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
                session.sendMessage(new TextMessage("echo " + message.getPayload()));
            }
        }, "/ws");
    }

    @Override
    public void destroy() {
        executor.shutdownNow();
    }
}
