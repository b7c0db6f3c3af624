package io.smc4j.engine.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Moves bytes both ways between a blocking channel and a pair of streams. The end of the input becomes the end of the
 * sending direction only, and the peer's end that of the output; the relay is over when both directions are.
 *
 * <p>One thing cannot be seen on a connection: whether a peer that ended will still read. So once the peer has ended,
 * the input is waited for only while it delivers.
 */
final class Relay {

    private static final int BUFFER_SIZE = 128 * 1024;

    /** Something to wait for. */
    interface Wait {

        void await() throws InterruptedException;
    }

    private enum Sending {
        WAITING_FOR_INPUT, WRITING, ENDED
    }

    private final SocketChannel channel;
    private final Duration linger;
    private volatile long sent;
    private volatile long received;

    private Sending sending = Sending.WAITING_FOR_INPUT;
    private long sendingSince = System.nanoTime();
    private IOException sendingFailure;

    /**
     * A relay for a connected channel.
     *
     * @param linger how long the input may be silent once the peer has ended, or {@code null} for ever
     */
    Relay(SocketChannel channel, Duration linger) {
        this.channel = channel;
        this.linger = linger;
    }

    /** Payload bytes written to the channel. */
    long sent() {
        return sent;
    }

    /** Payload bytes read from the channel and written to the output. */
    long received() {
        return received;
    }

    /**
     * Moves bytes until both directions have ended. The input is read by a daemon thread, since it cannot be
     * interrupted.
     *
     * @param beforeSending what that thread waits for first
     */
    void run(InputStream input, OutputStream output, Wait beforeSending) throws IOException {
        Thread.ofPlatform().daemon().name("standard-input").start(() -> send(input, beforeSending));
        receive(output);
        awaitSending();
    }

    /** Closes the output at the peer's end: what reads it need not wait for the other direction. */
    private void receive(OutputStream output) throws IOException {
        byte[] bytes = new byte[BUFFER_SIZE];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (channel.read(buffer) >= 0) {
            try {
                output.write(bytes, 0, buffer.position());
            } catch (IOException e) {
                throw new IOException("standard output: " + e.getMessage(), e);
            }
            received += buffer.position();
            buffer.clear();
        }
        output.close();
    }

    private void send(InputStream input, Wait beforeSending) {
        try {
            beforeSending.await();
            byte[] bytes = new byte[BUFFER_SIZE];
            for (int n = input.read(bytes); n >= 0; n = input.read(bytes)) {
                now(Sending.WRITING);
                ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, n);
                while (buffer.hasRemaining()) {
                    sent += channel.write(buffer);
                }
                now(Sending.WAITING_FOR_INPUT);
            }
            channel.shutdownOutput();
        } catch (IOException e) {
            failed(e);
        } catch (InterruptedException e) {
            failed(new InterruptedIOException("interrupted"));
        }
        now(Sending.ENDED);
    }

    private synchronized void failed(IOException e) {
        sendingFailure = e;
    }

    private synchronized void now(Sending state) {
        sending = state;
        sendingSince = System.nanoTime();
        notifyAll();
    }

    private synchronized void awaitSending() throws IOException {
        long peerEnded = System.nanoTime();
        try {
            while (sending != Sending.ENDED) {
                if (sending == Sending.WRITING || linger == null) {
                    wait();
                    continue;
                }
                long silentSince = sendingSince - peerEnded > 0 ? sendingSince : peerEnded;
                long left = linger.toNanos() - (System.nanoTime() - silentSince);
                if (left <= 0) {
                    return;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        if (sendingFailure != null) {
            throw sendingFailure;
        }
    }
}
