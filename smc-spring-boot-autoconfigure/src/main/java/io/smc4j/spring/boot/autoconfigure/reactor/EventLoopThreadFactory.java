package io.smc4j.spring.boot.autoconfigure.reactor;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.scheduler.NonBlocking;

/** Makes daemon threads on which Reactor refuses to block. */
final class EventLoopThreadFactory implements ThreadFactory {

    private final String prefix;
    private final AtomicInteger count = new AtomicInteger();

    EventLoopThreadFactory(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public Thread newThread(Runnable target) {
        return new EventLoopThread(target, prefix + "-" + count.incrementAndGet());
    }

    private static final class EventLoopThread extends FastThreadLocalThread implements NonBlocking {

        EventLoopThread(Runnable target, String name) {
            super(target, name);
            setDaemon(true);
        }
    }
}
