package io.smc4j.samples.benchmark.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A load on channels that do not block, all of them with one selector and the calling thread. */
final class SelectorLoad implements Load {

    private static final int IDLE_BODY = 128;
    /** Messages of one connection before the others have their turn, as event loops do it. */
    private static final int AT_A_TIME = 16;

    private final SocketTransport transport;
    private final String address;
    private final boolean echoed;
    private final Selector selector;
    private final List<MessageFlow> flows = new ArrayList<>();
    private final List<SocketChannel> idle = new ArrayList<>();

    /** @param echoed whether the peer sends all back, and is waited for */
    SelectorLoad(SocketTransport transport, String address, boolean echoed) throws IOException {
        this.transport = transport;
        this.address = address;
        this.echoed = echoed;
        this.selector = transport.openSelector();
    }

    /** One run: what is due, and who is free for it. */
    private final class Run {
        private final Recorder recorder = new Recorder();
        private final Queue<Long> waiting = new ConcurrentLinkedQueue<>();
        private final ArrayDeque<MessageFlow> free = new ArrayDeque<>(flows);
        private final Pace pace;
        private volatile boolean allDue;

        Run(int rate, long nanos) {
            pace = new Pace(rate, nanos);
        }

        Result result() throws IOException {
            if (pace.isFixed()) {
                Thread.ofPlatform().daemon().start(this::tellWhenDue);
            }
            startFree();
            while (free.size() < flows.size() || !isOver()) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    proceed((MessageFlow) key.attachment());
                }
                selector.selectedKeys().clear();
                startFree();
            }
            return recorder.result();
        }

        private void tellWhenDue() {
            Os.wakeOnTime();
            for (long due; (due = pace.take()) >= 0; ) {
                Pace.await(due);
                waiting.add(due);
                selector.wakeup();
            }
            allDue = true;
            selector.wakeup();
        }

        private boolean isOver() {
            return !pace.isFixed() || allDue && waiting.isEmpty();
        }

        /** When the next message is due; -1 if there is none now. */
        private long next() {
            if (!pace.isFixed()) {
                return pace.take();
            }
            Long due = waiting.poll();
            return due == null ? -1 : due;
        }

        private void startFree() throws IOException {
            for (long due; !free.isEmpty() && (due = next()) >= 0; ) {
                MessageFlow flow = free.poll();
                flow.start(due);
                proceed(flow);
            }
        }

        private void proceed(MessageFlow flow) throws IOException {
            for (int i = 0; i < AT_A_TIME; i++) {
                if (!flow.proceed()) {
                    return;
                }
                recorder.record(System.nanoTime() - flow.due());
                long due = next();
                if (due < 0) {
                    flow.rest();
                    free.add(flow);
                    return;
                }
                flow.start(due);
            }
            flow.giveWay();
        }
    }

    @Override
    public Result run(int connections, int body, int rate, long nanos) throws Exception {
        if (flows.size() != connections) {
            close();
        }
        try {
            while (flows.size() < connections) {
                flows.add(new MessageFlow(open(body).register(selector, 0), echoed));
            }
            flows.forEach(flow -> flow.size(body));
            return new Run(rate, nanos).result();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** A connection that has carried a message. */
    private SocketChannel open(int body) throws IOException {
        SocketChannel channel = transport.connect(address);
        ByteBuffer message = ByteBuffer.allocate(body);
        if (echoed) {
            Messages.sendAndReceive(channel, message);
        } else {
            Messages.send(channel, message);
        }
        channel.configureBlocking(false);
        return channel;
    }

    @Override
    public void idle(int connections) throws Exception {
        for (SocketChannel channel : idle) {
            channel.close();
        }
        idle.clear();
        selector.selectNow();
        while (idle.size() < connections) {
            SocketChannel channel = open(IDLE_BODY);
            idle.add(channel);
            channel.register(selector, 0);
        }
    }

    @Override
    public void close() throws Exception {
        for (MessageFlow flow : flows) {
            flow.close();
        }
        flows.clear();
        selector.selectNow();
    }
}
