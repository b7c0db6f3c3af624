package io.smc4j.engine.discovery.directory;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.InetDiag;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SocketDirectory;
import io.smc4j.engine.smcd.Gid;
import io.smc4j.engine.smcd.SmcdLinkGroup;
import io.smc4j.engine.smcd.SmcdLinkGroups;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A directory in which engines of one host meet that share neither network namespace nor user. Each engine that listens
 * has a socket there. A client asks them all who has accepted its TCP connection, which they learn from their kernels;
 * so it matters neither which address was called nor who translates it, and behind a proxy nobody has it. Thread-safe.
 */
public final class SharedDirectory implements AutoCloseable {

    static final System.Logger LOG = System.getLogger("io.smc4j.engine.discovery");

    /** How long the names of engines are waited for. */
    private static final long LOOK_MILLIS = 200;

    private final ControlLoop loop;
    private final SmcdLinkGroups linkGroups;
    private final String path;
    private final SocketDirectory directory;
    private final String objection;
    private final Engines engines;
    private final Learned learned;
    private final Listeners listeners = new Listeners();
    private final AtomicInteger numbers = new AtomicInteger(Question.GREETING);
    private volatile Reception reception;
    private volatile String listeningObjection;
    private InetDiag kernel;
    private boolean closed;

    /** A directory that may be used, or why it may not; neither if none is wanted. */
    private record Opening(String path, SocketDirectory directory, String objection) {

        private static final Opening NOT_WANTED = new Opening(null, null, null);

        static Opening refused(String why) {
            return new Opening(null, null, why);
        }
    }

    private SharedDirectory(ControlLoop loop, SmcdLinkGroups linkGroups, Opening opening, long distrustNanos) {
        this.loop = loop;
        this.linkGroups = linkGroups;
        this.path = opening.path;
        this.directory = opening.directory;
        this.objection = opening.objection;
        this.engines = directory == null ? null : new Engines(loop, directory, linkGroups);
        this.learned = new Learned(distrustNanos, System::nanoTime);
        if (engines != null) {
            loop.execute(engines::look);
        }
    }

    /**
     * Opens the directory of the settings, or that which needs none. What cannot be used is not, and
     * {@link #objection()} says why.
     *
     * @param distrustNanos how long an engine is not believed that has claimed a connection and did not have it
     * @throws InvalidSettingException if others than its owner may rename and remove what lies in it
     */
    public static SharedDirectory open(SmcConfig.SharedMemory settings, ControlLoop loop, SmcdLinkGroups linkGroups,
            long distrustNanos) {
        return new SharedDirectory(loop, linkGroups, open(settings), distrustNanos);
    }

    private static Opening open(SmcConfig.SharedMemory settings) {
        boolean named = settings.directory() != null;
        String path = named ? settings.directory() : SmcConfig.SharedMemory.DEFAULT_DIRECTORY;
        if (!settings.enabled() || path.isEmpty()) {
            return Opening.NOT_WANTED;
        }
        SocketDirectory opened;
        try {
            opened = SocketDirectory.open(path);
        } catch (OsException e) {
            return switch (e.errno()) {
                case Errno.ENOENT -> named ? Opening.refused(path + " does not exist") : Opening.NOT_WANTED;
                case Errno.ENOTDIR, Errno.ELOOP -> Opening.refused(path + " is no directory");
                default -> Opening.refused(path + ": " + e.getMessage());
            };
        }
        try {
            if (!opened.isAtOthersMercy()) {
                opened.names(1);
                return new Opening(path, opened, null);
            }
        } catch (IOException e) {
            opened.close();
            return Opening.refused(path + " is not to be read: " + e.getMessage());
        }
        opened.close();
        if (named) {
            throw new InvalidSettingException("shared-memory.directory", path,
                    "a directory in which only owners rename and remove what is theirs: with the sticky bit, as by "
                            + "chmod 1777, or not writable by all");
        }
        return Opening.refused(path + " lets all users rename what lies in it; set its sticky bit (chmod 1777)");
    }

    /** The directory's path; {@code null} if none is in use. */
    public String path() {
        return path;
    }

    /** Why none is in use, or why this engine has no socket in it; {@code null} if there is nothing to say. */
    public String objection() {
        return objection != null ? objection : listeningObjection;
    }

    /** The names of the other engines in it, after another look if there may be others by now. */
    public List<String> engines() {
        if (engines == null) {
            return List.of();
        }
        CompletableFuture<Void> look = lookIfChanged();
        if (look != null && !loop.inLoop()) {
            // Who asks is told what was known before if the loop has too much else to do.
            look.completeOnTimeout(null, LOOK_MILLIS, TimeUnit.MILLISECONDS).join();
        }
        return engines.names();
    }

    /** Begins to look who is there if there may be others by now; {@code null} if not. */
    private CompletableFuture<Void> lookIfChanged() {
        if (!engines.mayHaveChanged()) {
            return null;
        }
        learned.forgetNobodys();
        CompletableFuture<Void> look = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                engines.look();
            } finally {
                look.complete(null);
            }
        });
        return look;
    }

    // ---- as server

    /** Whether engines in it may send Proposals to this one. */
    public boolean isListening() {
        return reception != null;
    }

    /** A listener that clients may ask for. */
    public final class Listing implements AutoCloseable {

        private final InetSocketAddress listener;

        private Listing(InetSocketAddress listener) {
            this.listener = listener;
        }

        /** Withdraws it. Call it before somebody else can listen at the address. */
        @Override
        public void close() {
            listeners.remove(listener);
        }
    }

    /**
     * Lets clients ask for a listener. Call it when the address is bound and before anybody can connect.
     *
     * @param bound the listener's address
     */
    public Listing publish(InetSocketAddress bound) {
        listeners.add(bound);
        synchronized (this) {
            if (directory != null && reception == null && !closed) {
                try {
                    reception = new Reception(loop, directory, linkGroups, listeners);
                    listeningObjection = null;
                } catch (IOException e) {
                    listeningObjection = "no socket in " + path + ": " + e.getMessage();
                    LOG.log(System.Logger.Level.DEBUG, listeningObjection, e);
                }
            }
        }
        return new Listing(bound);
    }

    // ---- as client

    /** Whether it may be worth while to search for who has a connection to an address. */
    public boolean mayFind(InetSocketAddress called) {
        InetAddress address = called.getAddress();
        // A loopback address is of one's own namespace, and a link's addresses mean something on that link only.
        return !address.isLoopbackAddress() && !address.isAnyLocalAddress() && !address.isLinkLocalAddress()
                && !address.isMulticastAddress() && mayFindUserOf(called);
    }

    /** The same of an address of this namespace, at which another user listens as its marker shows. */
    public boolean mayFindUserOf(InetSocketAddress called) {
        if (engines == null) {
            return false;
        }
        boolean changed = lookIfChanged() != null;
        return (changed || !engines.names().isEmpty()) && !learned.isNobodys(called);
    }

    /** Whether the engine that had the last connection to an address, and proved it, is there to be asked. */
    public boolean mayHave(InetSocketAddress called) {
        return engines != null && engines.isMet(learned.owner(called));
    }

    /**
     * Looks for the engine that has a connection, and begins to share memory with it. Who had the last one to the same
     * address is asked by the calling thread.
     *
     * @param client the client's end of the connection
     * @param called the address that it called
     * @param begun when the connect began, by {@link System#nanoTime()}
     * @param done told once, on the control loop, within some tens of milliseconds
     */
    public void search(InetSocketAddress client, InetSocketAddress called, long begun, Consumer<Finding> done) {
        long age = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) + 1;
        Question question = new Question(Question.VERSION, nextNumber(), System.currentTimeMillis() - age, client,
                called);
        Search search = new Search(loop, engines, question, result -> done.accept(finding(question, result)));
        Acquaintance first = engines.find(learned.owner(called));
        if (first == null || !search.askFirst(first)) {
            loop.execute(search::askAll);
        }
    }

    private int nextNumber() {
        return numbers.updateAndGet(n -> n == Integer.MAX_VALUE ? Question.GREETING + 1 : n + 1);
    }

    private Finding finding(Question question, Search.Result result) {
        InetSocketAddress called = question.called();
        if (result.engine() == null) {
            LOG.log(System.Logger.Level.DEBUG, "nobody in the directory has {0} to {1}; all have answered: {2}",
                    question.client(), called, result.complete());
            if (result.complete()) {
                learned.nobody(called);
            }
            return Finding.nobody(called,
                    result.objection() == null ? FallbackReason.NOT_IN_DIRECTORY : result.objection());
        }
        Gid engine = result.engine().gid();
        InetSocketAddress server = result.answer().server();
        if (learned.isLiar(called, engine) || !server.equals(called) && isAnothers(question.client(), server)) {
            return Finding.nobody(called, FallbackReason.NOT_IN_DIRECTORY);
        }
        CompletableFuture<SmcdLinkGroup> link = linkGroups.toEngine(engine, () -> connect(engine));
        return new Finding(called, engine, link, server, learned.isProven(called, engine), null);
    }

    /**
     * Whether this namespace has a connection to a server's own address besides the one that was asked for, from the
     * same port: then it is this that the server has.
     */
    private boolean isAnothers(InetSocketAddress client, InetSocketAddress server) {
        try {
            if (kernel == null) {
                kernel = InetDiag.open();
            }
            return kernel.find(client, server).state() != InetDiag.State.NONE;
        } catch (OsException e) {
            LOG.log(System.Logger.Level.DEBUG, "the kernel does not tell of connections", e);
            return true;
        }
    }

    private int connect(Gid engine) throws OsException {
        try (SocketDirectory.Entry entry = directory.find(engine.toString())) {
            if (entry == null) {
                throw OsException.of("connect", Errno.ECONNREFUSED);
            }
            return entry.connect();
        } catch (OsException e) {
            throw e;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "no engine in the directory any more", e);
            throw OsException.of("connect", Errno.ECONNREFUSED);
        }
    }

    /** An SMC connection with the engine that was found stands. */
    public void succeeded(Finding finding) {
        learned.prove(finding.called(), finding.engine());
    }

    /** No SMC connection came about though an engine was found. */
    public void failed(Finding finding) {
        learned.disprove(finding.called(), finding.engine());
    }

    /** On the control loop. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (reception != null) {
                reception.close();
                reception = null;
            }
        }
        if (engines != null) {
            engines.close();
            directory.close();
        }
        if (kernel != null) {
            kernel.close();
        }
    }
}
