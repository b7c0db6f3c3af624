package io.smc4j.programs;

import java.util.Collection;
import java.util.Map;

/** Many cases that somebody else wrote for a server. */
interface ConformanceSuite {

    /**
     * Returns which cases a server passed.
     *
     * @param port the server's, or one that leads to it
     * @param cases which to run, of an earlier result; none means all
     */
    Map<String, Boolean> run(int port, Collection<String> cases) throws Exception;
}
