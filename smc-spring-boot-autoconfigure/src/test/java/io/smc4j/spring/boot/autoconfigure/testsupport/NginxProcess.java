package io.smc4j.spring.boot.autoconfigure.testsupport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real nginx in front of a server on this host. */
public final class NginxProcess implements AutoCloseable {

    private static final int ATTEMPTS = 5;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Process process;
    private final int port;

    private NginxProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    private static Optional<Path> program() {
        return Stream.of("/usr/sbin/nginx", "/usr/bin/nginx").map(Path::of).filter(Files::isExecutable).findFirst();
    }

    /** Whether this host has one. */
    public static boolean isInstalled() {
        return program().isPresent();
    }

    public static NginxProcess before(int server, Path directory) throws IOException, InterruptedException {
        return before(server, "/", directory);
    }

    /**
     * Puts a path before those of the server, which ends in a slash, and tells the server of it. Somebody else may take
     * the port before nginx does, so this is tried a few times.
     */
    public static NginxProcess before(int server, String path, Path directory)
            throws IOException, InterruptedException {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            NginxProcess nginx = start(server, path, Files.createTempDirectory(directory, "nginx"));
            if (nginx.isListening()) {
                return nginx;
            }
            nginx.close();
        }
        throw new IOException("nginx does not start");
    }

    private static NginxProcess start(int server, String path, Path directory) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        Path configuration = Files.writeString(directory.resolve("nginx.conf"), """
                daemon off; master_process off; error_log stderr; pid nginx.pid;
                events { }
                http {
                    access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                    server {
                        listen 127.0.0.1:%1$d;
                        location %2$s {
                            proxy_pass http://127.0.0.1:%3$d/; proxy_http_version 1.1;
                            proxy_set_header Host internal; proxy_set_header X-Forwarded-Proto $scheme;
                            proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Prefix %2$s;
                        }
                    }
                }
                """.formatted(port, path, server));
        Process process = new ProcessBuilder(program().orElseThrow().toString(), "-p", directory.toString(), "-c",
                configuration.toString()).redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile()).start();
        return new NginxProcess(process, port);
    }

    private boolean isListening() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (process.isAlive() && System.nanoTime() - deadline < 0) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return socket.isConnected() && process.isAlive();
            } catch (IOException e) {
                process.waitFor(20, TimeUnit.MILLISECONDS);
            }
        }
        return false;
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
