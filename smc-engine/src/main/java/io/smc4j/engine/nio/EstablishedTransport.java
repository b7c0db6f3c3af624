package io.smc4j.engine.nio;

import io.smc4j.engine.SmcMode;
import io.smc4j.engine.events.EngineEvents;
import io.smc4j.engine.link.LinkGroup;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A transport that is the outcome of a negotiation. What was written before goes first: until all of it is handed on,
 * nobody else's bytes are taken.
 */
abstract sealed class EstablishedTransport extends Transport permits TcpTransport, SmcTransport {

    final ChannelTransport channel;
    final Flow flow = new Flow(this::record);
    /** Guarded by the monitor's lock; {@code null} before its first look. */
    private FlowSample sample;
    private Runnable wake;
    /** Guarded by the write lock, but for being {@code null} once it is handed on. */
    private volatile EarlyOutput early;

    EstablishedTransport(ChannelTransport channel, EarlyOutput early) {
        this.channel = channel;
        this.early = early;
    }

    /** Has to hand on what another one was to; with the write lock held. */
    final void inheritEarly(EstablishedTransport former) {
        early = former.early;
        former.early = null;
    }

    /** Bytes sent; any thread. */
    abstract long bytesSent();

    /** Bytes received; any thread. */
    abstract long bytesReceived();

    /** How its bytes are counted: as TCP's as long as it is not known how they travel. */
    private SmcMode countedAs() {
        SmcMode known = mode();
        return known == null ? SmcMode.TCP : known;
    }

    @Override
    final void countTraffic(TrafficSum sum) {
        sum.traffic(countedAs(), bytesSent(), bytesReceived());
    }

    @Override
    void addTo(Tally tally) {
        tally.add(countedAs(), flow);
    }

    /** What it shares with other connections; {@code null} if nothing. */
    LinkGroup group() {
        return null;
    }

    @Override
    final FlowSample sample() {
        return sample;
    }

    /**
     * Takes a look, and tells of a reader that has become slow.
     *
     * @param unread bytes that wait, or {@link FlowSample#UNKNOWN}
     * @return whether it rests from now on
     */
    final boolean look(Monitor monitor, long now, long unread, boolean peerBlocked) {
        SmcMode mode = mode();
        if (mode == null) {
            return false;
        }
        if (sample == null) {
            sample = monitor.newSample(channel);
            wake = monitor.wakes(sample);
        }
        if (sample.look(now, bytesSent(), bytesReceived(), unread, peerBlocked, flow.stalledNanos(now),
                monitor.slowAfter()) == FlowSample.Verdict.SLOW) {
            monitor.slow(channel.slowReader());
        }
        if (sample.isPeerNewlySlow(monitor.slowAfter())) {
            monitor.stalled(channel);
        }
        boolean rests = sample.mayRest() && rest();
        monitor.add(mode, group(), sample, rests);
        return rests;
    }

    /** Whoever reads or writes next wakes it. Returns {@code false} if somebody has done so meanwhile. */
    private boolean rest() {
        flow.onNext(wake);
        if (sample.isAt(bytesSent(), bytesReceived()) && !flow.isStalled()) {
            return true;
        }
        flow.onNext(null);
        return false;
    }

    private void record(EngineEvents.Stall stall) {
        stall.record(channel.id, mode(), channel.localAddress(), channel.remoteAddress());
    }

    @Override
    final void endIn(Monitor monitor) {
        SmcMode mode = mode();
        flow.end();
        if (mode != null) {
            monitor.ended(mode, group(), sample == null ? monitor.newSample(channel) : sample, bytesSent(),
                    bytesReceived(), flow.stalledNanos(System.nanoTime()));
        }
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
