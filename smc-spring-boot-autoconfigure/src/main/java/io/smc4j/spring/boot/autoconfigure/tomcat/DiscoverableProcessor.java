package io.smc4j.spring.boot.autoconfigure.tomcat;

import io.smc4j.spring.boot.autoconfigure.DiscoveryHeader;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Has responses tell that this server understands SMC, if the request asks. Below the servlet container, where nobody
 * has replaced the client's address by what some proxy says.
 */
final class DiscoverableProcessor extends Http11Processor {

    private final DiscoveryHeader header;

    DiscoverableProcessor(SmcHttp11NioProtocol protocol, DiscoveryHeader header) {
        super(protocol, new AnsweringAdapter(protocol.getAdapter()));
        this.header = header;
        ((AnsweringAdapter) getAdapter()).processor = this;
    }

    private void answer(String question, Response response) {
        SocketWrapperBase<?> wrapper = getSocketWrapper();
        if (wrapper != null && wrapper.getSocket() instanceof NioChannel connection) {
            String answer = answer(question, connection.getIOChannel());
            if (answer != null) {
                response.setHeader(DiscoveryHeader.NAME, answer);
            }
        }
    }

    private String answer(String question, SocketChannel channel) {
        try {
            return header.answer(channel.getLocalAddress(), channel.getRemoteAddress(), question);
        } catch (IOException e) {
            // It was closed meanwhile, which whoever writes will notice.
            return null;
        }
    }

    /** Comes before the adapter that the connector has. */
    private static final class AnsweringAdapter implements Adapter {

        private final Adapter next;
        private DiscoverableProcessor processor;

        AnsweringAdapter(Adapter next) {
            this.next = next;
        }

        @Override
        public void service(Request request, Response response) throws Exception {
            // The streams of a connection that has gone over to HTTP/2 keep this adapter, and have other requests.
            String question = request == processor.getRequest() ? request.getHeader(DiscoveryHeader.NAME) : null;
            if (question != null) {
                processor.answer(question, response);
            }
            next.service(request, response);
        }

        @Override
        public boolean prepare(Request request, Response response) throws Exception {
            return next.prepare(request, response);
        }

        @Override
        public boolean asyncDispatch(Request request, Response response, SocketEvent status) throws Exception {
            return next.asyncDispatch(request, response, status);
        }

        @Override
        public void log(Request request, Response response, long time) {
            next.log(request, response, time);
        }

        @Override
        public void checkRecycled(Request request, Response response) {
            next.checkRecycled(request, response);
        }

        @Override
        public String getDomain() {
            return next.getDomain();
        }
    }
}
