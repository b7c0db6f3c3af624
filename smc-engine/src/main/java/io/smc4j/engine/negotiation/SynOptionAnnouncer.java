package io.smc4j.engine.negotiation;

import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.bpf.BpfException;
import io.smc4j.engine.os.bpf.SynAnnouncer;

/** Announces by a BPF program, which not every process may load. */
final class SynOptionAnnouncer implements Announcer {

    private final SynAnnouncer program;

    private SynOptionAnnouncer(SynAnnouncer program) {
        this.program = program;
    }

    /** Loads the program; {@link #NONE} if the process may not. */
    static Announcer load() {
        try {
            return new SynOptionAnnouncer(SynAnnouncer.load());
        } catch (BpfException e) {
            // Peers can be named by smc.peers.include then, so that this is nothing to warn of.
            Negotiation.LOG.log(System.Logger.Level.INFO, "SMC is not announced in TCP handshakes: {0}; {1}", e.getMessage(), e.hint());
            return NONE;
        }
    }

    @Override
    public boolean announce(int fd) {
        try {
            return program.announce(fd);
        } catch (OsException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "SMC not announced", e);
            return false;
        }
    }

    @Override
    public boolean peerAnnounced(int fd) {
        try {
            return program.peerAnnounced(fd);
        } catch (OsException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "announcement not looked for", e);
            return false;
        }
    }

    @Override
    public boolean answered(int acceptedFd) {
        try {
            return program.answered(acceptedFd);
        } catch (OsException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "announcement not looked for", e);
            return false;
        }
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
