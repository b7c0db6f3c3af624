package io.smc4j.engine.discovery;

import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.bpf.BpfException;
import io.smc4j.engine.os.bpf.SynAnnouncer;

/** Announces by a BPF program. What it cannot do for a socket leaves that socket plain TCP. */
public final class BpfAnnouncer implements Announcer {

    private final SynAnnouncer program;

    private BpfAnnouncer(SynAnnouncer program) {
        this.program = program;
    }

    /** Loads the program; what cannot announce, if the process may not. */
    public static Announcer load() {
        try {
            return new BpfAnnouncer(SynAnnouncer.load());
        } catch (BpfException e) {
            Discovery.LOG.log(System.Logger.Level.DEBUG, "SMC is not announced to other hosts: {0}; {1}",
                    e.getMessage(), e.hint());
            return new MuteAnnouncer();
        }
    }

    @Override
    public boolean announce(int fd) {
        try {
            return program.announce(fd);
        } catch (OsException e) {
            return failed(e);
        }
    }

    @Override
    public boolean peerAnnounced(int fd) {
        try {
            return program.peerAnnounced(fd);
        } catch (OsException e) {
            return failed(e);
        }
    }

    @Override
    public boolean answered(int acceptedFd) {
        try {
            return program.answered(acceptedFd);
        } catch (OsException e) {
            return failed(e);
        }
    }

    private static boolean failed(OsException cause) {
        Discovery.LOG.log(System.Logger.Level.DEBUG, "SMC announcement", cause);
        return false;
    }

    @Override
    public void forget(int fd) {
        program.forget(fd);
    }

    @Override
    public void close() {
        program.close();
    }
}
