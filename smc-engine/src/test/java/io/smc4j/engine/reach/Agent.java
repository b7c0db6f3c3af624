package io.smc4j.engine.reach;

import io.smc4j.engine.Smc;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcProvider;
import io.smc4j.engine.SmcSnapshot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A process in a network namespace that does what its standard input says: one command a line, one answer a line. It
 * uses nothing but the engine and the JDK.
 */
final class Agent {

    /** In the place of an engine's name, a directory and a list of users. */
    static final String NONE = "-";

    /** A sixteenth of it is what is kept for readers. */
    static final long MEMORY_LIMIT = 256 << 20;

    private final Map<String, SmcProvider> engines = new HashMap<>();
    private final Map<String, AgentServer> servers = new HashMap<>();
    private final Map<String, Troublemaker> troublemakers = new HashMap<>();
    private final Map<String, Connections> connections = new HashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });
    private long seed = System.nanoTime();

    /** @param engine {@code null} for plain TCP */
    private record Connections(SmcProvider engine, List<SocketChannel> channels) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
    }

    /** One exchange of a client's. */
    private interface Question {

        void ask(SocketChannel channel, int length, long seed) throws IOException;
    }

    private Agent() {
    }

    public static void main(String[] args) throws IOException {
        Agent agent = new Agent();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String answer;
            try {
                answer = "ok " + agent.obey(line.split(" "));
            } catch (Exception | LinkageError e) {
                answer = "failed " + e.toString().replaceAll("\\s+", " ");
            }
            System.out.println(answer);
        }
        Runtime.getRuntime().halt(0);
    }

    private String obey(String[] words) throws Exception {
        String name = words.length > 1 ? words[1] : "";
        return switch (words[0]) {
            case "reset" -> reset();
            // engine NAME DIRECTORY USERS
            case "engine" -> openEngine(name, words[2], words[3]);
            case "close" -> {
                engines.remove(name).close();
                yield "closed";
            }
            case "fallbacks" -> engines.get(name).fallbacks().toString().replace(" ", "");
            // listen NAME ENGINE HOST PORT
            case "listen" -> {
                servers.put(name, new AgentServer(engine(words[2]), address(words[3], words[4])));
                yield "listening";
            }
            case "accept" -> {
                servers.get(name).accept();
                yield "accepting";
            }
            case "seen" -> servers.get(name).seen();
            case "stop" -> {
                servers.remove(name).close();
                yield "stopped";
            }
            // trouble NAME DIRECTORY KIND COUNT
            case "trouble" -> {
                Troublemaker maker = new Troublemaker(Path.of(words[2]), null);
                troublemakers.put(name, maker);
                maker.make(Troublemaker.Kind.valueOf(words[3]), Integer.parseInt(words[4]));
                yield "trouble made";
            }
            // impersonate NAME DIRECTORY GID HIDDEN
            case "impersonate" -> {
                Troublemaker maker = new Troublemaker(Path.of(words[2]), Path.of(words[4]));
                troublemakers.put(name, maker);
                maker.lieFor(words[3]);
                yield "impersonating";
            }
            case "lies" -> "lies=" + troublemakers.get(name).lies();
            // connect NAME ENGINE HOST PORT COUNT LOCALPORT
            case "connect" -> connect(name, engine(words[2]), address(words[3], words[4]), Integer.parseInt(words[5]),
                    Integer.parseInt(words[6]));
            // exchange NAME LENGTH
            case "exchange" -> exchange(connections.get(name), Integer.parseInt(words[2]), Exchange::ask);
            // What is asked for stays unread.
            case "ask" -> exchange(connections.get(name), Integer.parseInt(words[2]), Exchange::askOnly);
            case "http" -> exchange(connections.get(name), Integer.parseInt(words[2]), Exchange::askByHttp);
            case "tls" -> exchange(connections.get(name), Integer.parseInt(words[2]), AgentTls::ask);
            case "hang-up" -> {
                connections.remove(name).close();
                yield "hung up";
            }
            default -> throw new IllegalArgumentException("no command " + words[0]);
        };
    }

    /** Has nothing stay open. */
    private String reset() throws Exception {
        List<AutoCloseable> open = new ArrayList<>(connections.values());
        open.addAll(servers.values());
        open.addAll(engines.values());
        open.addAll(troublemakers.values());
        troublemakers.clear();
        connections.clear();
        servers.clear();
        engines.clear();
        for (AutoCloseable one : open) {
            one.close();
        }
        return "reset";
    }

    private String openEngine(String name, String directory, String users) throws IOException {
        // A machine may be busy; and who has been too slow once is not left alone for long.
        SmcConfig.Builder config = SmcConfig.builder().handshakeTimeout(Duration.ofSeconds(10))
                .retryAfter(Duration.ofSeconds(1)).memoryLimit(MEMORY_LIMIT);
        config.sharedMemoryDirectory(directory.equals(NONE) ? "" : directory);
        if (!users.equals(NONE)) {
            config.sharedMemoryUsers(List.of(users.split(",")));
        }
        SmcProvider engine = Smc.open(config.build());
        engines.put(name, engine);
        return engine.snapshot().gid();
    }

    private SmcProvider engine(String name) {
        if (name.equals(NONE)) {
            return null;
        }
        if (!engines.containsKey(name)) {
            throw new IllegalArgumentException("no engine " + name);
        }
        return engines.get(name);
    }

    private static InetSocketAddress address(String host, String port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(port));
    }

    private String connect(String name, SmcProvider engine, InetSocketAddress address, int count, int localPort)
            throws Exception {
        List<Callable<SocketChannel>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tasks.add(() -> {
                SocketChannel channel = engine == null ? SocketChannel.open() : engine.openSocketChannel();
                if (localPort != 0) {
                    channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                    channel.bind(new InetSocketAddress(localPort));
                }
                channel.connect(address);
                return channel;
            });
        }
        long start = System.nanoTime();
        List<SocketChannel> channels = all(tasks);
        connections.put(name, new Connections(engine, channels));
        return "micros=" + (System.nanoTime() - start) / 1000;
    }

    /** Has all connections exchange at once; says how they travelled, or why by TCP. */
    private String exchange(Connections group, int length, Question question) throws Exception {
        List<Callable<String>> tasks = new ArrayList<>();
        for (SocketChannel channel : group.channels) {
            long own = seed += 2;
            tasks.add(() -> {
                question.ask(channel, length, own);
                return way(group.engine, channel);
            });
        }
        long start = System.nanoTime();
        Map<String, Integer> ways = new TreeMap<>();
        for (String way : all(tasks)) {
            ways.merge(way, 1, Integer::sum);
        }
        return "ways=" + ways.toString().replaceAll("[{} ]", "").replace('=', ':') + " micros="
                + (System.nanoTime() - start) / 1000;
    }

    private <T> List<T> all(List<Callable<T>> tasks) throws Exception {
        List<T> results = new ArrayList<>();
        for (Future<T> future : threads.invokeAll(tasks)) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
        return results;
    }

    private static String way(SmcProvider engine, SocketChannel channel) throws IOException {
        if (engine == null) {
            return "PLAIN";
        }
        SmcSnapshot.Connection connection = find(engine, channel);
        if (connection == null || connection.mode() == null) {
            return "UNKNOWN";
        }
        return connection.fallbackReason() == null ? connection.mode().name() : connection.fallbackReason().name();
    }

    /** What an engine knows of a channel; {@code null} if nothing. */
    static SmcSnapshot.Connection find(SmcProvider engine, SocketChannel channel) throws IOException {
        InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
        InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
        return engine.snapshot().connections().stream()
                .filter(connection -> local.equals(connection.local()) && remote.equals(connection.peer())).findAny()
                .orElse(null);
    }
}
