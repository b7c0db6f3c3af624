package io.smc4j.samples.benchmark.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** A load with a platform thread for each connection, kept from run to run as the connections are. */
abstract class ThreadedLoad implements Load {

    private static final int IDLE_BODY = 128;

    /** What one thread does again and again on its connection. */
    interface Exchange extends AutoCloseable {

        /** Once; throws if the answer is not right, and is not used any more then. */
        void once(int body) throws Exception;

        /** For the first time, while so many do the same on other connections. */
        default void first(int body, int together) throws Exception {
            once(body);
        }

        @Override
        default void close() throws Exception {
        }
    }

    private interface Task {
        void run(Exchange exchange) throws Exception;
    }

    private static final class Worker extends Thread {
        private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        private final Exchange exchange;

        Worker(Exchange exchange) {
            this.exchange = exchange;
            setDaemon(true);
        }

        @Override
        public void run() {
            Os.wakeOnTime();
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

    /** Opens a connection, or makes what opens it when first used. */
    protected abstract Exchange connect() throws Exception;

    @Override
    public final Result run(int connections, int body, int rate, long nanos) throws Exception {
        if (workers.size() != connections) {
            close();
            open(connections, body);
        }
        Recorder recorder = new Recorder();
        Pace pace = new Pace(rate, nanos);
        onAll(exchange -> loop(exchange, body, recorder, pace), recorder);
        Result result = recorder.result();
        if (result.errors() > 0) {
            close();
        }
        return result;
    }

    private void open(int connections, int body) throws Exception {
        while (workers.size() < connections) {
            Worker worker = new Worker(connect());
            workers.add(worker);
            worker.start();
        }
        Recorder recorder = new Recorder();
        onAll(exchange -> exchange.first(body, connections), recorder);
        long failed = recorder.result().errors();
        if (failed > 0) {
            close();
            throw new IllegalStateException(failed + " of " + connections + " connections could not be used");
        }
    }

    private void onAll(Task task, Recorder recorder) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(workers.size());
        for (Worker worker : workers) {
            worker.tasks.add(() -> {
                try {
                    task.run(worker.exchange);
                } catch (Exception | Error e) {
                    recorder.error();
                    e.printStackTrace();
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
    }

    private static void loop(Exchange exchange, int body, Recorder recorder, Pace pace) throws Exception {
        for (long due; (due = pace.take()) >= 0; ) {
            if (pace.isFixed()) {
                Pace.await(due);
            }
            exchange.once(body);
            recorder.record(System.nanoTime() - due);
        }
    }

    @Override
    public void idle(int connections) throws Exception {
        for (Exchange exchange : idle) {
            exchange.close();
        }
        idle.clear();
        while (idle.size() < connections) {
            Exchange exchange = connect();
            idle.add(exchange);
            exchange.once(IDLE_BODY);
        }
    }

    @Override
    public void close() throws Exception {
        for (Worker worker : workers) {
            worker.interrupt();
            worker.join();
            worker.exchange.close();
        }
        workers.clear();
    }
}
