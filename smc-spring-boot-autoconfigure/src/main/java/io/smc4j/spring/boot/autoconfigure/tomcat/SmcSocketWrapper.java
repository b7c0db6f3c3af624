package io.smc4j.spring.boot.autoconfigure.tomcat;

import java.util.concurrent.RejectedExecutionException;
import org.apache.juli.logging.Log;
import org.apache.juli.logging.LogFactory;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;

/** Gives the poller access to pending asynchronous operations, which Tomcat keeps from other packages. */
final class SmcSocketWrapper extends NioEndpoint.NioSocketWrapper {

    private static final Log log = LogFactory.getLog(SmcSocketWrapper.class);

    SmcSocketWrapper(NioChannel channel, NioEndpoint endpoint) {
        super(channel, endpoint);
    }

    /** The asynchronous read that waits for data, or {@code null}. */
    Runnable pendingRead() {
        return readOperation;
    }

    /** The asynchronous write that waits for space, or {@code null}. */
    Runnable pendingWrite() {
        return writeOperation;
    }

    /** Continues a pending operation; false if the executor does not take it. */
    boolean resume(Runnable operation) {
        try {
            getEndpoint().getExecutor().execute(operation);
            return true;
        } catch (RejectedExecutionException e) {
            log.warn("The executor rejected an operation of " + this, e);
            return false;
        }
    }
}
