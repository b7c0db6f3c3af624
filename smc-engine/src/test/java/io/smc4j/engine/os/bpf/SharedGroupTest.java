package io.smc4j.engine.os.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Beside a program of somebody else on the control group, which writes an option of its own, or only watches. */
class SharedGroupTest {

    private BpfMap calls;
    private int link = -1;
    private SynAnnouncer announcer;
    private final int listener = open();
    private final int client = open();
    private int accepted = -1;

    @BeforeEach
    void requireRights() {
        try {
            SynAnnouncer.load().close();
        } catch (BpfException e) {
            assumeThat(true).as("not loaded here: " + e).isFalse();
        }
    }

    @AfterEach
    void close() {
        for (int fd : new int[] {listener, client, accepted, link}) {
            if (fd != -1) {
                Sockets.close(fd);
            }
        }
        if (announcer != null) {
            announcer.close();
            calls.close();
        }
    }

    @Test
    void programThatWantsEachSegmentGetsEach() throws Exception {
        load(true);
        calls.add(SynAnnouncer.cookie(listener), 0);
        calls.add(SynAnnouncer.cookie(client), 0);
        connect();
        calls.add(SynAnnouncer.cookie(accepted), 0);

        assertThat(announcer.peerAnnounced(client)).isTrue();
        assertThat(announcer.answered(accepted)).isTrue();
        assertThat(callsForData(client)).as("segments of the client").isPositive();
        assertThat(callsForData(accepted)).as("segments of the accepted socket").isPositive();
    }

    @Test
    void nobodyIsCalledForSegmentsAfterTheHandshake() throws Exception {
        load(false);
        calls.add(SynAnnouncer.cookie(client), 0);
        connect();
        calls.add(SynAnnouncer.cookie(accepted), 0);

        assertThat(calls.get(SynAnnouncer.cookie(client), 0)).as("for the SYN").isPositive();
        assertThat(callsForData(client)).isZero();
        assertThat(callsForData(accepted)).isZero();
    }

    private void load(boolean asks) throws Exception {
        Path group = ControlGroup.find(Path.of("/"));
        calls = BpfMap.create(BpfMap.HASH, 16, 0);
        link = BpfLoader.attach(otherProgram(calls.fd(), asks), group);
        announcer = SynAnnouncer.load();
    }

    private void connect() throws OsException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        announcer.announce(listener);
        announcer.announce(client);
        Sockets.bind(listener, false, new InetSocketAddress(loopback, 0));
        Sockets.listen(listener, 1);
        Sockets.connect(client, false, Sockets.localAddress(listener));
        Sockets.poll(client, Sockets.POLLOUT, -1);
        Sockets.poll(listener, Sockets.POLLIN, -1);
        accepted = Sockets.accept(listener);
    }

    private long callsForData(int from) throws OsException {
        long before = calls.get(SynAnnouncer.cookie(from), 0);
        Sockets.write(from, ByteBuffer.wrap(new byte[1]));
        int to = from == client ? accepted : client;
        Sockets.poll(to, Sockets.POLLIN, -1);
        assertThat(Sockets.read(to, ByteBuffer.allocate(1))).isOne();
        return calls.get(SynAnnouncer.cookie(from), 0) - before;
    }

    /** For the sockets in a map only: counts the calls for header options there, and asks for them if it is to. */
    private static ByteBuffer otherProgram(int calls, boolean asks) {
        BpfAssembler code = new BpfAssembler().move(6, 1)
                .call(46).storeLong(10, -8, 0)
                .setMap(1, calls).move(2, 10).addTo(2, -8).call(1).ifEqual(0, 0, "out")
                .loadInt(7, 6, 0).ifEqual(7, 14, "measure").ifEqual(7, 15, "write");
        if (asks) {
            code.ifEqual(7, 3, "ask").ifEqual(7, 11, "ask").go("out")
                    .label("ask").loadInt(2, 6, 84).or(2, 0x40).move(1, 6).call(59);
        }
        code.go("out")
                .label("measure").set(1, 1).addLongAt(0, 0, 1)
                .move(1, 6).set(2, 4).set(3, 0).call(144).go("out")
                .label("write").storeIntValue(10, -8, 0x5AA5_04FD)
                .move(1, 6).move(2, 10).addTo(2, -8).set(3, 4).set(4, 0).call(143)
                .label("out").set(0, 1).exit();
        return code.assemble();
    }

    private static int open() {
        try {
            return Sockets.openStream(false);
        } catch (OsException e) {
            throw new AssertionError(e);
        }
    }
}
