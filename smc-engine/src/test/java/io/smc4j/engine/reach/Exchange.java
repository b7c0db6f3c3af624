package io.smc4j.engine.reach;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The application's bytes: a request says how long it is and how long the answer is to be. The answer begins with a
 * digest of the whole request. So either side knows of every byte whether it is one of the application's. A request may
 * also be the body of a request of HTTP, for what understands nothing else.
 */
final class Exchange {

    private static final long MAGIC = 0x6578_6368_616E_6765L;
    /** Magic number, length of what follows, length of the answer, seed. */
    static final int HEADER = 24;
    private static final int DIGEST = 32;
    private static final int PIECE = 32 * 1024;
    private static final byte[] POST = "POST ".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");

    private Exchange() {
    }

    /** Asks for as many bytes as it sends, and checks the answer. */
    static void ask(ByteChannel channel, int length, long seed) throws IOException {
        byte[] request = request(length, seed);
        write(channel, request);
        check(request, read(channel, DIGEST + length), length, seed);
    }

    /** Does the same by HTTP. */
    static void askByHttp(ByteChannel channel, int length, long seed) throws IOException {
        byte[] request = request(length, seed);
        write(channel, inHttp("POST / HTTP/1.1\r\nHost: test", request));
        String header = httpHeader(channel, new byte[0]);
        if (!header.startsWith("HTTP/1.1 200 ")) {
            throw new IOException(header);
        }
        check(request, read(channel, contentLength(header)), length, seed);
    }

    /** Asks for bytes, and leaves the answer unread. */
    static void askOnly(ByteChannel channel, int length, long seed) throws IOException {
        write(channel, ByteBuffer.allocate(HEADER).putLong(MAGIC).putInt(0).putInt(length).putLong(seed).array());
    }

    private static byte[] request(int length, long seed) {
        return ByteBuffer.allocate(HEADER + length).putLong(MAGIC).putInt(length).putInt(length).putLong(seed)
                .put(bytes(seed, length)).array();
    }

    private static void check(byte[] request, byte[] answer, int length, long seed) throws IOException {
        if (!Arrays.equals(digest(request), Arrays.copyOf(answer, DIGEST))) {
            throw new IOException("the request has not arrived as it was sent");
        }
        if (!Arrays.equals(bytes(seed + 1, length), Arrays.copyOfRange(answer, DIGEST, answer.length))) {
            throw new IOException("the answer has not arrived as it was sent");
        }
    }

    /**
     * Answers one request.
     *
     * @return how many bytes it had, without what HTTP puts before it; 0 at the end of the stream, which a proxy may
     *         make by a reset
     * @throws IOException also if what comes is no request
     */
    static int answer(ByteChannel channel) throws IOException {
        ByteBuffer first = ByteBuffer.allocate(HEADER);
        try {
            while (first.hasRemaining()) {
                if (channel.read(first) < 0) {
                    throw new EOFException("after " + first.position() + " bytes of a request");
                }
            }
        } catch (IOException e) {
            if (first.position() == 0) {
                return 0;
            }
            throw e;
        }
        if (Arrays.equals(POST, Arrays.copyOf(first.array(), POST.length))) {
            byte[] request = read(channel, contentLength(httpHeader(channel, first.array())));
            write(channel, inHttp("HTTP/1.1 200 OK", answerTo(request)));
            return request.length;
        }
        first.flip();
        if (first.getLong() != MAGIC) {
            throw new IOException("not the application's: " + HexFormat.of().formatHex(first.array()));
        }
        byte[] rest = read(channel, first.getInt());
        byte[] request = ByteBuffer.allocate(HEADER + rest.length).put(first.array()).put(rest).array();
        write(channel, answerTo(request));
        return request.length;
    }

    private static byte[] answerTo(byte[] request) {
        ByteBuffer fields = ByteBuffer.wrap(request).position(Long.BYTES + Integer.BYTES);
        int wanted = fields.getInt();
        return ByteBuffer.allocate(DIGEST + wanted).put(digest(request)).put(bytes(fields.getLong() + 1, wanted))
                .array();
    }

    private static byte[] inHttp(String start, byte[] body) {
        byte[] header = (start + "\r\nContent-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(header.length + body.length).put(header).put(body).array();
    }

    /** @param first what has been read of it */
    private static String httpHeader(ByteChannel channel, byte[] first) throws IOException {
        StringBuilder header = new StringBuilder(new String(first, StandardCharsets.US_ASCII));
        while (header.indexOf("\r\n\r\n") < 0) {
            header.append((char) read(channel, 1)[0]);
        }
        return header.toString();
    }

    private static int contentLength(String header) throws IOException {
        Matcher matcher = CONTENT_LENGTH.matcher(header);
        if (!matcher.find()) {
            throw new IOException("no length in " + header);
        }
        return Integer.parseInt(matcher.group(1));
    }

    private static void write(ByteChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static byte[] read(ByteChannel channel, int length) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(length);
        while (all.position() < length) {
            all.limit(Math.min(length, all.position() + PIECE));
            if (channel.read(all) < 0) {
                throw new EOFException("after " + all.position() + " of " + length + " bytes");
            }
        }
        return all.array();
    }

    private static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
