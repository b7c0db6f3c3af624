package io.smc4j.engine.negotiation;

import io.smc4j.engine.discovery.Announcer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Announcements that nobody sees, and answers that are the test's. Keeps account of who announces. */
final class ScriptedAnnouncer implements Announcer {

    private final Set<Integer> announcing = ConcurrentHashMap.newKeySet();
    private final List<Integer> announced = new ArrayList<>();
    private volatile boolean peersAnnounce;
    private volatile boolean closed;

    /** Whoever is connected to announces, too, and whoever connects. */
    ScriptedAnnouncer answering() {
        peersAnnounce = true;
        return this;
    }

    void stopAnswering() {
        peersAnnounce = false;
    }

    /** How many sockets announce now. */
    int announcing() {
        return announcing.size();
    }

    /** How many sockets have ever announced. */
    synchronized int announced() {
        return announced.size();
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized boolean announce(int fd) {
        announcing.add(fd);
        announced.add(fd);
        return true;
    }

    @Override
    public boolean peerAnnounced(int fd) {
        return peersAnnounce && announcing.contains(fd);
    }

    @Override
    public boolean answered(int acceptedFd) {
        return peersAnnounce;
    }

    @Override
    public void forget(int fd) {
        announcing.remove(fd);
    }

    @Override
    public void close() {
        closed = true;
    }
}
