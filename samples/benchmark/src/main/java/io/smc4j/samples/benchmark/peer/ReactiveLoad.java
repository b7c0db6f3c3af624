package io.smc4j.samples.benchmark.peer;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.ExchangeStrategies;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/** Requests by {@code WebClient}, or by the Reactor Netty client below it. */
final class ReactiveLoad implements Load {

    private static final int MAX_BODY = 16 * 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final LoopResources loops;
    private final SocketAddress address;
    private final boolean viaWebClient;
    private ConnectionProvider pool;
    private ConnectionProvider idlePool;
    private int poolSize;
    private Function<Integer, Mono<Integer>> requests;

    ReactiveLoad(LoopResources loops, String address, String pair) {
        this.loops = loops;
        this.address = NettyTransport.parse(address);
        this.viaWebClient = pair.equals("web-client");
    }

    @Override
    public Result run(int connections, int body, int rate, long nanos) throws Exception {
        if (poolSize != connections) {
            close();
            pool = pool("busy", connections);
            requests = requests(pool);
            poolSize = connections;
            open(requests, connections, body);
        }
        Recorder recorder = new Recorder();
        Pace pace = new Pace(rate, nanos);
        CountDownLatch done = new CountDownLatch(connections);
        if (pace.isFixed()) {
            paced(recorder, pace, connections, body, done);
        } else {
            for (int i = 0; i < connections; i++) {
                next(recorder, pace, body, done);
            }
        }
        if (!done.await(TimeUnit.NANOSECONDS.toMillis(nanos) + PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("not all requests were answered");
        }
        return recorder.result();
    }

    /** A closed loop: the next request when this one is answered. */
    private void next(Recorder recorder, Pace pace, int body, CountDownLatch done) {
        long due = pace.take();
        if (due < 0) {
            done.countDown();
            return;
        }
        send(recorder, due, body, () -> next(recorder, pace, body, done));
    }

    private void send(Recorder recorder, long due, int body, Runnable then) {
        requests.apply(body).subscribe(length -> {
            if (length != body) {
                recorder.error();
            }
            recorder.record(System.nanoTime() - due);
        }, failure -> {
            recorder.error();
            then.run();
        }, then);
    }

    /** Requests at fixed times, each on a connection that is free or gets free. */
    private void paced(Recorder recorder, Pace pace, int connections, int body, CountDownLatch done) {
        ConcurrentLinkedQueue<Long> waiting = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Runnable> free = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < connections; i++) {
            free.add(new Runnable() {
                @Override
                public void run() {
                    Long due = waiting.poll();
                    if (due != null) {
                        send(recorder, due, body, this);
                        return;
                    }
                    free.add(this);
                    // One may have come since; whoever gets this slot out again serves it.
                    if (!waiting.isEmpty() && free.remove(this)) {
                        run();
                    }
                }
            });
        }
        for (long due; (due = pace.take()) >= 0; ) {
            Pace.await(due);
            waiting.add(due);
            Runnable slot = free.poll();
            if (slot != null) {
                slot.run();
            }
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (free.size() < connections && System.nanoTime() < deadline) {
            Pace.await(System.nanoTime() + 1_000_000);
        }
        free.forEach(slot -> done.countDown());
    }

    @Override
    public void idle(int connections) throws Exception {
        if (idlePool != null) {
            idlePool.disposeLater().block(PATIENCE);
            idlePool = null;
        }
        if (connections > 0) {
            idlePool = pool("idle", connections);
            Function<Integer, Mono<Integer>> idle = requests(idlePool);
            open(idle, connections, 128);
        }
    }

    /** Has each connection of the pool opened by a request that is under way while the others are. */
    private static void open(Function<Integer, Mono<Integer>> requests, int connections, int body) {
        int atATime = 500;
        for (int opened = 0; opened < connections; opened += atATime) {
            // With all earlier ones in use again, so that the pool must open further ones.
            int all = Math.min(connections, opened + atATime);
            Flux.fromStream(IntStream.range(0, all).boxed()).flatMap(i -> requests.apply(body), all).then().block(PATIENCE);
        }
    }

    private static ConnectionProvider pool(String name, int connections) {
        return ConnectionProvider.builder(name).maxConnections(connections).pendingAcquireMaxCount(-1)
                .pendingAcquireTimeout(PATIENCE).build();
    }

    private Function<Integer, Mono<Integer>> requests(ConnectionProvider connections) {
        HttpClient http = HttpClient.create(connections).runOn(loops, true).remoteAddress(() -> address);
        if (!viaWebClient) {
            return body -> http.get().uri("/" + body)
                    .responseSingle((response, content) -> content.map(bytes -> bytes.readableBytes()).defaultIfEmpty(0));
        }
        // Without a host in the URI, which would be looked up, the client's own address holds, which may be a UNIX socket's.
        WebClient web = WebClient.builder().clientConnector(new ReactorClientHttpConnector(http))
                .exchangeStrategies(ExchangeStrategies.builder()
                        .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(MAX_BODY)).build()).build();
        return body -> web.get().uri("/" + body).retrieve().bodyToMono(byte[].class).map(bytes -> bytes.length);
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.disposeLater().block(PATIENCE);
            pool = null;
        }
    }
}
