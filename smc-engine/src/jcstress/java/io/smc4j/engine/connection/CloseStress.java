package io.smc4j.engine.connection;

import io.smc4j.engine.SpinMode;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.smcd.LinkPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * One end closes while the other writes. Who has shown the end touches the other's ring no more, and says so once: a
 * thread that just writes is not waited for, and shows it itself. So both rings come free, whoever was first.
 */
@JCStressTest
@Outcome(id = {"1, 1", "-1, 1"}, expect = Expect.ACCEPTABLE, desc = "written or refused; both rings are free")
@Outcome(expect = Expect.FORBIDDEN, desc = "a ring that nobody gives back")
@State
public class CloseStress {

    private static final int SIZE = 16 * 1024;
    private static final LinkPair LINKS = links();

    private final ConnectionPair pair;

    /** Opens a connection. */
    public CloseStress() {
        try {
            pair = new ConnectionPair(LINKS, SIZE, SIZE, SIZE, SpinMode.NEVER);
        } catch (DeclineException e) {
            throw new IllegalStateException(e);
        }
    }

    private static LinkPair links() {
        try {
            return new LinkPair(256 << 20);
        } catch (OsException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Actor
    public void closer() {
        pair.server.connection.close(false);
    }

    @Actor
    public void writer(II_Result result) {
        pair.client.writeLock.lock();
        try {
            result.r1 = pair.client.connection.write(ByteBuffer.allocate(1));
        } catch (IOException e) {
            result.r1 = -1;
        } finally {
            pair.client.writeLock.unlock();
        }
    }

    @Arbiter
    public void after(II_Result result) {
        pair.client.connection.close(false);
        result.r2 = pair.client.connection.tryRelease() && pair.server.connection.tryRelease() ? 1 : 0;
    }
}
