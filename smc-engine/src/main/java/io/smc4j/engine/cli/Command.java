package io.smc4j.engine.cli;

import io.smc4j.engine.SmcConfig;
import java.net.InetSocketAddress;
import java.time.Duration;

/** What the command line asks for. */
sealed interface Command {

    /** Whether standard output (probe) or standard error (events) is for scripts. */
    boolean json();

    /**
     * Show what this machine offers.
     *
     * @param sharedMemory names the directory to look at
     */
    record ProbeMachine(SmcConfig.SharedMemory sharedMemory, boolean json) implements Command {
    }

    /** Explain the usage. */
    record Help() implements Command {

        @Override
        public boolean json() {
            return false;
        }
    }

    /** Name the version. */
    record Version(boolean json) implements Command {
    }

    /**
     * Accept one connection and move bytes over it.
     *
     * @param echo whether to accept any number instead, and return what each sends
     */
    record Listen(InetSocketAddress address, boolean echo, Transfer transfer, boolean json) implements Command {
    }

    /** Open one connection and move bytes over it. */
    record Connect(InetSocketAddress address, Transfer transfer, boolean json) implements Command {
    }

    /** Connect to a peer, and tell how far SMC comes. */
    record Check(InetSocketAddress address, Transfer transfer, boolean json) implements Command {
    }

    /** Show the engines of another process. */
    record Show(long pid, Duration timeout, boolean json) implements Command {
    }

    /**
     * How a connection is made and ended.
     *
     * @param timeout how long to wait for the connection, or {@code null} for ever
     * @param linger how long standard input may be silent once the peer has ended, or {@code null} for ever
     */
    record Transfer(SmcConfig config, Duration timeout, Duration linger) {
    }
}
