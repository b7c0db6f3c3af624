package io.smc4j.spring.boot.autoconfigure.testsupport;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A plain peer that keeps what it was sent, byte by byte, and answers as the path says: {@code /status/404} with that
 * status, {@code /redirect/302?to} with a redirect, {@code /basic} with a demand for a password, {@code /silent} and
 * {@code /garbage} as named, {@code /nothing} by closing, {@code /last} properly, closing thereafter without a word.
 */
public final class RecordingServer implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *(\\d+)$");
    private static final Pattern CHUNKED = Pattern.compile("(?im)^transfer-encoding: *chunked$");

    private final ServerSocket listener;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private volatile int accepted;
    private volatile boolean closed;

    private RecordingServer(ServerSocket listener) {
        this.listener = listener;
        Thread acceptor = new Thread(this::accept, "recording-server");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    /** Listens at all addresses, so that there are several names for it. */
    public static RecordingServer start() throws IOException {
        return new RecordingServer(new ServerSocket(0, 50));
    }

    public String url(String path) {
        return "http://localhost:" + port() + path;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** The requests as they came, heads and bodies. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    public int accepted() {
        return accepted;
    }

    /** Whether every connection is closed that was accepted. */
    public boolean isIdle() {
        return connections.isEmpty();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket connection = listener.accept();
                accepted++;
                connections.add(connection);
                Thread thread = new Thread(() -> serve(connection), "recording-server");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            boolean more = true;
            while (more) {
                String head = readHead(in);
                if (head.isEmpty()) {
                    return;
                }
                requests.add(head + readBody(in, head));
                more = answer(connection, head.split(" ")[1], head.startsWith("HEAD "));
            }
        } catch (IOException e) {
            // The client has gone.
        } finally {
            connections.remove(connection);
        }
    }

    /** Reads a request up to the empty line, or as far as there is one; empty at the end of the stream. */
    public static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.write(next);
            if (next == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                break;
            }
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** As it came, but for the sizes of chunks, which no client promises. */
    private static String readBody(InputStream in, String head) throws IOException {
        Matcher length = LENGTH.matcher(head);
        if (length.find()) {
            return new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.ISO_8859_1);
        }
        if (!CHUNKED.matcher(head).find()) {
            return "";
        }
        StringBuilder body = new StringBuilder();
        for (int size = readSize(in); size > 0; size = readSize(in)) {
            body.append(new String(in.readNBytes(size), StandardCharsets.ISO_8859_1));
            in.readNBytes(2);
        }
        in.readNBytes(2);
        return body.toString();
    }

    private static int readSize(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.isEmpty() ? 0 : Integer.parseInt(line.toString().trim(), 16);
    }

    /** Whether the connection goes on. */
    private boolean answer(Socket connection, String path, boolean headOnly) throws IOException {
        String[] parts = path.substring(1).split("[/?]", 3);
        String more = switch (parts[0]) {
            case "redirect" -> parts.length > 2 ? "Location: " + parts[2] + "\r\n" : "";
            case "basic" -> "WWW-Authenticate: Basic realm=\"x\"\r\n";
            default -> "";
        };
        String status = switch (parts[0]) {
            case "basic" -> "401";
            case "status", "redirect" -> parts[1];
            default -> "200";
        };
        switch (parts[0]) {
            case "nothing" -> {
                return false;
            }
            case "silent" -> {
                return true;
            }
            case "garbage" -> {
                write(connection, "garbage\r\n\r\n");
                return false;
            }
            default -> {
                boolean empty = status.equals("204") || status.equals("304");
                String body = empty ? "" : "answer to " + path;
                write(connection, "HTTP/1.1 " + status + " Because\r\nX-Many: 1\r\nX-Many: 2\r\nSet-Cookie: id=1\r\n"
                        + more + (empty ? "" : "Content-Length: " + body.length() + "\r\n") + "\r\n"
                        + (headOnly ? "" : body));
                return !parts[0].equals("last");
            }
        }
    }

    private static void write(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        closed = true;
        listener.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }

    /** Names a server at another of this host's addresses. */
    public String urlByAddress(String path) {
        return "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port() + path;
    }
}
