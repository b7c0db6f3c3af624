package io.smc4j.samples.benchmark.peer;

/** What a client does. Connections stay open from one run to the next of the same number. Used by one thread. */
interface Load extends AutoCloseable {

    /**
     * Runs for a while.
     *
     * @param connections busy ones, each with one request under way at most
     * @param body bytes of an answer or a message
     * @param rate requests/s of all together, at fixed times; 0 for each as soon as the last one is done
     * @param nanos for how long
     */
    Result run(int connections, int body, int rate, long nanos) throws Exception;

    /** Opens so many connections, uses each once, and leaves them idle; those of an earlier call are closed. */
    default void idle(int connections) throws Exception {
        throw new UnsupportedOperationException("no idle connections with this load");
    }

    @Override
    void close() throws Exception;
}
