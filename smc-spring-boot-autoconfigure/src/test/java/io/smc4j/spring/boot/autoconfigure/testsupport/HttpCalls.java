package io.smc4j.spring.boot.autoconfigure.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;

/** Calls of a plain peer, the JDK's HTTP client. */
public final class HttpCalls {

    private static final byte[] BODY = new byte[5 << 20];

    static {
        new Random(1).nextBytes(BODY);
    }

    private final HttpClient client;
    private final String url;

    private HttpCalls(HttpClient client, String url) {
        this.client = client;
        this.url = url;
    }

    public static HttpCalls over(HttpClient client, String url) {
        return new HttpCalls(client, url);
    }

    public static HttpClient http1() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    public static HttpClient http1(SSLContext sslContext) {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(sslContext).build();
    }

    public static HttpClient http2() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    }

    public static HttpClient http2(SSLContext sslContext) {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).sslContext(sslContext).build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(60));
    }

    public HttpResponse<byte[]> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofByteArray());
    }

    public CompletableFuture<HttpResponse<byte[]>> getLater(String path) {
        return client.sendAsync(request(path).build(), BodyHandlers.ofByteArray());
    }

    /** Posts 5 MB to {@code /echo}, one time after another. */
    public void echoLargeBodies(int times) throws Exception {
        for (int i = 0; i < times; i++) {
            HttpRequest post = request("/echo").POST(HttpRequest.BodyPublishers.ofByteArray(BODY)).build();
            assertThat(client.send(post, BodyHandlers.ofByteArray()).body()).isEqualTo(BODY);
        }
    }

    /** Waits until so many echoed bodies were counted in both directions. */
    public static void assertCarried(Traffic traffic, int bodies) {
        await().untilAsserted(() -> {
            assertThat(traffic.bytesRead()).isGreaterThan((long) bodies * BODY.length);
            assertThat(traffic.bytesWritten()).isGreaterThan((long) bodies * BODY.length);
        });
    }

    /** Waits until all connections are closed. */
    public static void assertNoneLeft(Traffic traffic) {
        await().untilAsserted(() -> assertThat(traffic.open()).as("open connections").isZero());
    }
}
