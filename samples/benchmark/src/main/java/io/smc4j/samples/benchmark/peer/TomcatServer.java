package io.smc4j.samples.benchmark.peer;

import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.spring.boot.autoconfigure.tomcat.SmcHttp11NioProtocol;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.http11.Http11NioProtocol;

/** The embedded Tomcat: {@code GET /N} is answered with N bytes. */
final class TomcatServer {

    private static final int THREADS = 200;

    private TomcatServer() {
    }

    @SuppressWarnings("serial")
    private static final class Answers extends HttpServlet {

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            byte[] body = new byte[Integer.parseInt(request.getRequestURI().substring(1))];
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
    }

    static Server start(PeerOptions options) throws Exception {
        SmcSelectorProvider smc = null;
        Connector connector;
        if (options.transport().startsWith("smc")) {
            smc = SmcSelectorProvider.open(options.smc());
            connector = new Connector(SmcHttp11NioProtocol.class.getName());
            ((SmcHttp11NioProtocol) connector.getProtocolHandler()).setSelectorProvider(smc);
        } else {
            connector = new Connector(Http11NioProtocol.class.getName());
        }
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        AbstractProtocol<?> protocol = (AbstractProtocol<?>) connector.getProtocolHandler();
        protocol.setMaxThreads(THREADS);
        // A connection must last for a whole run, as the others' do.
        connector.setProperty("maxKeepAliveRequests", "-1");
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("smc4j-benchmark").toString());
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "answers", new Answers());
        context.addServletMappingDecoded("/", "answers");
        tomcat.start();
        return new Server("127.0.0.1:" + connector.getLocalPort(), smc);
    }
}
