package io.smc4j.engine.discovery;

import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.bpf.SavedSyn;

/** For a process that may not announce: a listener still sees which clients did, which needs no rights. */
final class MuteAnnouncer implements Announcer {

    @Override
    public boolean isPermitted() {
        return false;
    }

    @Override
    public boolean announce(int fd) {
        try {
            SavedSyn.save(fd);
        } catch (OsException e) {
            Discovery.LOG.log(System.Logger.Level.DEBUG, "SYN segments not kept", e);
        }
        return false;
    }

    @Override
    public boolean announcedUnanswered(int acceptedFd) {
        return SavedSyn.hasSmcOption(acceptedFd);
    }
}
