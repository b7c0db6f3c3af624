package io.smc4j.spring.boot.versions;

import io.smc4j.spring.boot.autoconfigure.reactor.SmcEventLoops;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import reactor.core.publisher.Mono;

/** Calls by WebSocket as well, and answers such calls where it is reactive. */
@Configuration(proxyBeanMethods = false)
@Import(VersionApplication.class)
class SocketApplication {

    public static void main(String[] arguments) {
        VersionApplication.run(SocketApplication.class, arguments);
    }

    /** The URL names a socket of {@link #sockets}. */
    @Bean
    HttpClient webSocket(ObjectProvider<SmcEventLoops> eventLoops) {
        return url -> {
            reactor.netty.http.client.HttpClient client = reactor.netty.http.client.HttpClient.create();
            SmcEventLoops smc = eventLoops.getIfAvailable();
            CompletableFuture<String> answer = new CompletableFuture<>();
            new ReactorNettyWebSocketClient(smc == null ? client : smc.carry(client))
                    .execute(URI.create(url.replaceFirst("http", "ws")), session -> session
                            .send(Mono.just(session.textMessage("hello"))).thenMany(session.receive()).next()
                            .doOnNext(message -> answer.complete(message.getPayloadAsText())).then())
                    .block();
            return answer.get();
        };
    }

    /** In a reactive application. */
    @Bean
    HandlerMapping sockets() {
        WebSocketHandler echo = session -> session.send(session.receive()
                .map(message -> session.textMessage("you said " + message.getPayloadAsText())));
        return new SimpleUrlHandlerMapping(Map.of("/socket", echo), -1);
    }
}
