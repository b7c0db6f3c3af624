package io.smc4j.spring.boot.autoconfigure.tomcat;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import org.apache.juli.logging.Log;
import org.apache.juli.logging.LogFactory;
import org.apache.tomcat.util.ExceptionUtils;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketProcessorBase;
import org.apache.tomcat.util.net.SocketWrapperBase;

/** Handles one event of one connection on a worker thread: first the TLS handshake, if there is one, then HTTP. */
final class SmcSocketProcessor extends SocketProcessorBase<NioChannel> {

    private static final Log log = LogFactory.getLog(SmcSocketProcessor.class);
    private static final int COMPLETE = 0;
    private static final int FAILED = -1;

    private final SmcNioEndpoint endpoint;

    SmcSocketProcessor(SmcNioEndpoint endpoint, SocketWrapperBase<NioChannel> wrapper, SocketEvent event) {
        super(wrapper, event);
        this.endpoint = endpoint;
    }

    @Override
    protected void doRun() {
        try {
            if (endpoint.isPolling()) {
                process();
            } else {
                socketWrapper.close();
            }
        } catch (CancelledKeyException e) {
            socketWrapper.close();
        } catch (Throwable t) {
            ExceptionUtils.handleThrowable(t);
            log.error("Handling a connection failed", t);
            socketWrapper.close();
        } finally {
            socketWrapper = null;
            event = null;
            endpoint.recycle(this);
        }
    }

    private void process() {
        switch (handshake()) {
            case COMPLETE -> {
                if (endpoint.getHandler().process(socketWrapper, event) == SocketState.CLOSED) {
                    socketWrapper.close();
                }
            }
            case FAILED -> {
                endpoint.getHandler().process(socketWrapper, SocketEvent.CONNECT_FAIL);
                socketWrapper.close();
            }
            case SelectionKey.OP_READ -> socketWrapper.registerReadInterest();
            case SelectionKey.OP_WRITE -> socketWrapper.registerWriteInterest();
            default -> throw new IllegalStateException("The TLS handshake waits for nothing");
        }
    }

    /** Continues the TLS handshake and returns how it stands: complete, failed, or the operation it waits for. */
    private int handshake() {
        // Asked of the wrapper each time: closing replaces its channel, and the old one serves another connection then.
        if (socketWrapper.getSocket().isHandshakeComplete()) {
            return COMPLETE;
        }
        if (event == SocketEvent.STOP || event == SocketEvent.DISCONNECT || event == SocketEvent.ERROR) {
            return FAILED;
        }
        try {
            int state = socketWrapper.getSocket().handshake(event == SocketEvent.OPEN_READ,
                    event == SocketEvent.OPEN_WRITE);
            // HTTP starts by reading, whatever the handshake waited for last.
            event = SocketEvent.OPEN_READ;
            return state;
        } catch (IOException | CancelledKeyException e) {
            if (log.isDebugEnabled()) {
                log.debug("TLS handshake with " + socketWrapper.getRemoteAddr() + " failed", e);
            }
            return FAILED;
        }
    }
}
