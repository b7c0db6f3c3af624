package io.smc4j.samples.benchmark.peer;

import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.spring.boot.autoconfigure.tomcat.SmcHttp11NioProtocol;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.http11.Http11NioProtocol;

/** The embedded Tomcat: {@code GET /N} is answered with N bytes, see {@link Target}. */
final class TomcatServer {

    private static final int THREADS = 200;
    private static final int MOST_CONNECTIONS = 100_000;
    /** As other servers here have: all clients of a run connect at once. */
    private static final int BACKLOG = 1024;

    private TomcatServer() {
    }

    @SuppressWarnings("serial")
    private static final class Answers extends HttpServlet {

        private final Map<Integer, byte[]> bodies = new ConcurrentHashMap<>();
        private final Gate gate = new Gate();

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String query = request.getQueryString();
            Target target =
                    Target.parse(query == null ? request.getRequestURI() : request.getRequestURI() + "?" + query);
            byte[] body = bodies.computeIfAbsent(target.body(), byte[]::new);
            if (target.together() == 1) {
                answer(response, body);
                return;
            }
            // There may be more of them than threads.
            AsyncContext held = request.startAsync();
            held.setTimeout(0);
            gate.pass(target.together(), () -> {
                try {
                    answer(held.getResponse(), body);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } finally {
                    held.complete();
                }
            });
        }

        private static void answer(ServletResponse response, byte[] body) throws IOException {
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
    }

    static Server start(PeerOptions options) throws Exception {
        SmcSelectorProvider smc = null;
        Connector connector;
        switch (options.transport()) {
            case "smc" -> {
                smc = SmcSelectorProvider.open(options.smc());
                connector = new Connector(SmcHttp11NioProtocol.class.getName());
                ((SmcHttp11NioProtocol) connector.getProtocolHandler()).setSelectorProvider(smc);
            }
            case "tomcat-nio", "jdk" -> connector = new Connector(Http11NioProtocol.class.getName());
            default -> throw new IllegalArgumentException("no transport of Tomcat's: " + options.transport());
        }
        connector.setPort(0);
        connector.setProperty("address", options.host());
        AbstractProtocol<?> protocol = (AbstractProtocol<?>) connector.getProtocolHandler();
        protocol.setMaxThreads(THREADS);
        protocol.setMaxConnections(MOST_CONNECTIONS);
        protocol.setAcceptCount(BACKLOG);
        // A connection must last, in use and idle, as the other servers' do.
        protocol.setKeepAliveTimeout(-1);
        connector.setProperty("maxKeepAliveRequests", "-1");
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(TemporaryDirectory.create().toString());
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "answers", new Answers()).setAsyncSupported(true);
        context.addServletMappingDecoded("/", "answers");
        tomcat.start();
        return new Server(options.host() + ":" + connector.getLocalPort(), smc);
    }
}
