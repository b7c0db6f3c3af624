package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.invoke.MethodHandle;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What calls of the C library cost, in each of the three ways {@link LibC} has for them, beside the JDK's own clock.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NativeCallBenchmark {

    /** As good as empty. */
    private static final String EMPTY = "abs";
    private static final MethodHandle WITH_ERRNO = LibC.function(EMPTY, JAVA_INT, JAVA_INT);
    private static final MethodHandle WITHOUT_ERRNO = LibC.withoutErrno(EMPTY, JAVA_INT, JAVA_INT);
    private static final MethodHandle CRITICAL = LibC.critical(EMPTY, JAVA_INT, JAVA_INT);

    private int argument = -1;
    private int counter;
    private int woken;
    private int waker;
    private Epoll epoll;

    @Setup
    public void open() throws OsException {
        counter = EventFd.create();
        long name = ThreadLocalRandom.current().nextLong();
        woken = WakeSocket.openReceiver(name);
        waker = WakeSocket.openSender(name + 1, name);
        WakeSocket.acceptOnly(woken, name + 1);
        epoll = Epoll.create(256);
        epoll.add(EventFd.create(), Epoll.EPOLLIN, 1);
    }

    @TearDown
    public void close() {
        Sockets.close(counter);
        Sockets.close(woken);
        Sockets.close(waker);
        epoll.close();
    }

    @Benchmark
    public int emptyWithErrno() throws Throwable {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            return scratch.resultOrErrno((int) WITH_ERRNO.invokeExact(scratch.errnoCapture(), argument));
        }
    }

    @Benchmark
    public int emptyWithoutErrno() throws Throwable {
        return (int) WITHOUT_ERRNO.invokeExact(argument);
    }

    @Benchmark
    public int emptyCritical() throws Throwable {
        return (int) CRITICAL.invokeExact(argument);
    }

    @Benchmark
    public int schedGetcpu() {
        return Processors.current();
    }

    @Benchmark
    public void eventFdWrite() {
        EventFd.signal(counter);
    }

    /** With its share of the taking: once for as many as are sure to fit. */
    @Benchmark
    @OperationsPerInvocation(WakeSocket.CAPACITY)
    public void wakeSocket() {
        for (int i = 0; i < WakeSocket.CAPACITY; i++) {
            WakeSocket.wake(waker);
        }
        WakeSocket.drain(woken);
    }

    @Benchmark
    public int epollWaitNothing() throws OsException {
        return epoll.await(0);
    }

    @Benchmark
    public long jdkNanoTime() {
        return System.nanoTime();
    }

    @Benchmark
    public void jdkYield() {
        Thread.yield();
    }
}
