package io.smc4j.engine.smcd;

import io.smc4j.engine.link.DoorbellSlot;
import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.link.SegmentLayout;
import io.smc4j.engine.link.WakeReceiver;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.PassedFiles;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.os.UnixSockets;
import io.smc4j.engine.os.WakeSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Between network namespaces: the client connects to the server's socket in the directory, once for each doorbell, its
 * own and the server's. As with names, each side has an end that the other cannot touch.
 */
final class LineWakers implements Wakers {

    /** Both sides' doorbells, and some that have just been replaced. A peer may say more than it ever connects. */
    private static final int MOST_NAMES = 4 * SegmentLayout.DOORBELLS;

    private final ControlSocket control;
    private final PeerDoorbells peerDoorbells;
    private final WakeLines lines;
    private final SmcdLinkGroups.Connector connector;
    /** What this side has told the peer to say. */
    private final Set<Long> names = ConcurrentHashMap.newKeySet();

    /** @param connector opens a connection to the peer; {@code null} where the peer connects */
    LineWakers(ControlSocket control, PeerDoorbells peerDoorbells, WakeLines lines,
            SmcdLinkGroups.Connector connector) {
        this.control = control;
        this.peerDoorbells = peerDoorbells;
        this.lines = lines;
        this.connector = connector;
    }

    @Override
    public void opened(DoorbellSlot slot, int generation) {
        long name = WakeReceiver.newName();
        if (connector == null) {
            expect(name, slot);
        } else {
            names.add(name);
        }
        control.send(ControlMessage.doorbell(slot.number(), generation, name));
    }

    @Override
    public void doorbell(int number, int generation, long name) {
        if (!peerDoorbells.isNumber(number) || names.size() >= MOST_NAMES) {
            return;
        }
        if (connector == null) {
            names.add(name);
            lines.expect(name, fd -> {
                names.remove(name);
                ring(number, generation, fd);
            });
            control.send(ControlMessage.waker(number, generation, name));
        } else {
            int fd = connect(name);
            if (fd >= 0) {
                ring(number, generation, fd);
            }
        }
    }

    @Override
    public void waker(DoorbellSlot slot, int generation, long name) {
        // Once for each doorbell, and for none that this side has not asked for.
        if (connector != null && names.remove(name) && slot.isOf(generation)) {
            int fd = connect(name);
            if (fd >= 0) {
                receive(slot, name, fd);
            }
        }
    }

    private void expect(long name, DoorbellSlot slot) {
        names.add(name);
        lines.expect(name, fd -> {
            names.remove(name);
            receive(slot, name, fd);
        });
    }

    /** Returns a negative number if there is no way: then the control loops ring. */
    private int connect(long name) {
        int fd = -1;
        try {
            fd = connector.connect();
            PassedFiles.refuse(fd);
            if (UnixSockets.send(fd, WakeLines.packet(name))) {
                return fd;
            }
        } catch (OsException e) {
            LinkGroup.LOG.log(System.Logger.Level.DEBUG, "no line to wake by", e);
        }
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }

    private void ring(int number, int generation, int fd) {
        try {
            WakeSocket.sendOnly(fd);
            peerDoorbells.ringBy(number, generation, fd);
        } catch (OsException e) {
            close(fd);
        }
    }

    private void receive(DoorbellSlot slot, long name, int fd) {
        try {
            slot.setReceiver(new WakeReceiver(slot.doorbell(), control.peerFiles(), name, fd,
                    PassedFiles.areRefused(fd)));
        } catch (OsException e) {
            LinkGroup.LOG.log(System.Logger.Level.DEBUG, "no socket for a doorbell", e);
        }
    }

    private void close(int fd) {
        control.peerFiles().execute(() -> Sockets.close(fd));
    }

    @Override
    public void close() {
        names.forEach(lines::forget);
    }
}
