package io.smc4j.engine.nio;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A transport that is the outcome of a negotiation. What was written before goes first: until all of it is handed on,
 * nobody else's bytes are taken.
 */
abstract sealed class EstablishedTransport extends Transport permits TcpTransport, SmcTransport {

    final ChannelTransport channel;
    final Flow flow = new Flow();
    /** Guarded by the write lock, but for being {@code null} once it is handed on. */
    private volatile EarlyOutput early;

    EstablishedTransport(ChannelTransport channel, EarlyOutput early) {
        this.channel = channel;
        this.early = early;
    }

    /** Writes past what was written early. */
    abstract int writeThrough(ByteBuffer source) throws IOException;

    /** Ends the output past what was written early. */
    abstract void end() throws IOException;

    @Override
    final boolean isOutputOpen() {
        return early == null;
    }

    @Override
    final boolean handOn() {
        EarlyOutput pending = early;
        if (pending == null) {
            return true;
        }
        if (!pending.handOn(this)) {
            return false;
        }
        early = null;
        channel.changed();
        return true;
    }

    @Override
    final void shutdownOutput() throws IOException {
        if (handOn()) {
            end();
        } else {
            early.end();
        }
    }

    @Override
    final ByteBuffer takeEarly() {
        EarlyOutput pending = early;
        early = null;
        return pending == null ? EarlyOutput.NOTHING : pending.take();
    }
}
