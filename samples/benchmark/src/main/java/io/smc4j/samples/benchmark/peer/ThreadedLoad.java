package io.smc4j.samples.benchmark.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** A load with a platform thread for each connection, kept from run to run as the connections are. */
abstract class ThreadedLoad implements Load {

    /** What one thread does again and again on its connection. */
    interface Exchange extends AutoCloseable {

        /** Once; what is no right answer is told to the recorder. */
        void once(int body, Recorder recorder) throws Exception;

        @Override
        default void close() throws Exception {
        }
    }

    private static final class Worker extends Thread {
        private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        private final Exchange exchange;

        Worker(Exchange exchange) {
            this.exchange = exchange;
            setDaemon(true);
            start();
        }

        @Override
        public void run() {
            try {
                while (true) {
                    tasks.take().run();
                }
            } catch (InterruptedException e) {
                // Not needed any more.
            }
        }
    }

    private final List<Worker> workers = new ArrayList<>();
    private final List<Exchange> idle = new ArrayList<>();

    /** Opens a connection. */
    protected abstract Exchange connect() throws Exception;

    @Override
    public final Result run(int connections, int body, int rate, long nanos) throws Exception {
        if (workers.size() != connections) {
            close();
            Recorder first = new Recorder();
            while (workers.size() < connections) {
                workers.add(new Worker(connect()));
            }
            onAll(worker -> once(worker.exchange, body, first));
        }
        Recorder recorder = new Recorder();
        Pace pace = new Pace(rate, nanos);
        onAll(worker -> loop(worker.exchange, body, recorder, pace));
        return recorder.result();
    }

    private interface Task {
        void run(Worker worker);
    }

    private void onAll(Task task) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(workers.size());
        for (Worker worker : workers) {
            worker.tasks.add(() -> {
                task.run(worker);
                done.countDown();
            });
        }
        done.await();
    }

    private static void loop(Exchange exchange, int body, Recorder recorder, Pace pace) {
        for (long due; (due = pace.take()) >= 0; ) {
            if (pace.isFixed()) {
                Pace.await(due);
            }
            once(exchange, body, recorder);
            recorder.record(System.nanoTime() - due);
        }
    }

    private static void once(Exchange exchange, int body, Recorder recorder) {
        try {
            exchange.once(body, recorder);
        } catch (Exception e) {
            recorder.error();
        }
    }

    @Override
    public final void idle(int connections) throws Exception {
        for (Exchange exchange : idle) {
            exchange.close();
        }
        idle.clear();
        Recorder recorder = new Recorder();
        for (int i = 0; i < connections; i++) {
            Exchange exchange = connect();
            idle.add(exchange);
            exchange.once(128, recorder);
        }
        if (recorder.result().errors() > 0) {
            throw new IllegalStateException("wrong answers");
        }
    }

    @Override
    public final void close() throws Exception {
        for (Worker worker : workers) {
            worker.interrupt();
            worker.join();
            worker.exchange.close();
        }
        workers.clear();
    }
}
