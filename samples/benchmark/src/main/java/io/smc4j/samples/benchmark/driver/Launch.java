package io.smc4j.samples.benchmark.driver;

import java.util.List;

/** How a peer is started. */
interface Launch {

    /**
     * The command without the arguments that make it this peer.
     *
     * @param role {@code server} or {@code client}
     */
    List<String> command(String role);
}
