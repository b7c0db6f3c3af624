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
    private static final int IDLE_BODY = 128;
    /** Connections that are opened at once: fewer than wait at a listener that is slow to accept. */
    private static final int OPENED_AT_ONCE = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Any will do, as the resolver knows but one. */
    private static final String HOST = "http://localhost/";

    private final LoopResources loops;
    private final SocketAddress address;
    private final boolean viaWebClient;
    private ConnectionProvider pool;
    private ConnectionProvider idlePool;
    private int poolSize;
    /** From a path to the number of bytes of the answer. */
    private Function<String, Mono<Integer>> requests;

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
            open(requests, connections, body);
            poolSize = connections;
        }
        String path = new Target(body, 1).path();
        Recorder recorder = new Recorder();
        Pace pace = new Pace(rate, nanos);
        if (pace.isFixed()) {
            paced(recorder, pace, connections, path, body);
        } else {
            CountDownLatch done = new CountDownLatch(connections);
            for (int i = 0; i < connections; i++) {
                next(recorder, pace, path, body, done);
            }
            if (!done.await(TimeUnit.NANOSECONDS.toSeconds(nanos) + PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw unanswered();
            }
        }
        return recorder.result();
    }

    /** A closed loop: the next request when this one is answered. */
    private void next(Recorder recorder, Pace pace, String path, int body, CountDownLatch done) {
        long due = pace.take();
        if (due < 0) {
            done.countDown();
            return;
        }
        send(recorder, due, path, body, () -> next(recorder, pace, path, body, done));
    }

    private void send(Recorder recorder, long due, String path, int body, Runnable then) {
        requests.apply(path).subscribe(length -> {
            if (length == body) {
                recorder.record(System.nanoTime() - due);
            } else {
                recorder.error();
            }
        }, failure -> {
            recorder.error();
            then.run();
        }, then);
    }

    /**
     * Requests at fixed times, each on a connection that is free or gets free; the one that is free for longest is
     * next.
     */
    private void paced(Recorder recorder, Pace pace, int connections, String path, int body) {
        ConcurrentLinkedQueue<Long> waiting = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Runnable> free = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < connections; i++) {
            free.add(new Runnable() {
                @Override
                public void run() {
                    Long due = waiting.poll();
                    if (due != null) {
                        send(recorder, due, path, body, this);
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
        Os.wakeOnTime();
        for (long due; (due = pace.take()) >= 0; ) {
            Pace.await(due);
            waiting.add(due);
            Runnable slot = free.poll();
            if (slot != null) {
                slot.run();
            }
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (free.size() < connections) {
            if (System.nanoTime() - deadline >= 0) {
                throw unanswered();
            }
            Pace.await(System.nanoTime() + 100_000);
        }
    }

    private IllegalStateException unanswered() {
        // Connections are still in use; has the next run open new ones.
        poolSize = 0;
        return new IllegalStateException("not all requests were answered");
    }

    @Override
    public void idle(int connections) {
        if (idlePool != null) {
            idlePool.disposeLater().block(PATIENCE);
            idlePool = null;
        }
        if (connections > 0) {
            idlePool = pool("idle", connections);
            open(requests(idlePool), connections, IDLE_BODY);
        }
    }

    /** Has all connections of a pool opened, by requests that are answered when all of them are there. */
    private static void open(Function<String, Mono<Integer>> requests, int connections, int body) {
        for (int opened = 0; opened < connections; opened += OPENED_AT_ONCE) {
            // Those that are open already are in use again, so that the others must be opened.
            int all = Math.min(connections, opened + OPENED_AT_ONCE);
            String path = new Target(body, all).path();
            Flux.fromStream(IntStream.range(0, all).boxed()).flatMap(i -> requests.apply(path), all).then()
                    .block(PATIENCE);
        }
    }

    /**
     * A connection goes back to the pool only after the next request has been made, which therefore waits for it. With
     * a time limit each would have a timer started and stopped in another thread, for a quarter of all CPU time; an
     * application that finds a free connection has no timer either.
     */
    private static ConnectionProvider pool(String name, int connections) {
        return ConnectionProvider.builder(name).maxConnections(connections).pendingAcquireMaxCount(-1)
                .pendingAcquireTimeout(Duration.ZERO).build();
    }

    private Function<String, Mono<Integer>> requests(ConnectionProvider connections) {
        HttpClient http = HttpClient.create(connections).runOn(loops, true).resolver(new FixedResolver(address));
        if (!viaWebClient) {
            return path -> http.get().uri(HOST + path)
                    .responseSingle((response, content) -> content.map(bytes -> bytes.readableBytes())
                    .defaultIfEmpty(0));
        }
        WebClient web = WebClient.builder().clientConnector(new ReactorClientHttpConnector(http)).baseUrl(HOST)
                .exchangeStrategies(ExchangeStrategies.builder()
                        .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(MAX_BODY)).build()).build();
        return path -> web.get().uri(path).retrieve().bodyToMono(byte[].class).map(bytes -> bytes.length)
                .defaultIfEmpty(0);
    }

    @Override
    public void close() {
        poolSize = 0;
        if (pool != null) {
            pool.disposeLater().block(PATIENCE);
            pool = null;
        }
    }
}
