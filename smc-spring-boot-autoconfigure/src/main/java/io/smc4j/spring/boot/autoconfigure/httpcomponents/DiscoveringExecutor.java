package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import io.smc4j.spring.boot.autoconfigure.DiscoveryHeader;
import java.io.IOException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;

/** Has the requests of HttpComponents ask whether the server understands SMC, and hears the answers. */
final class DiscoveringExecutor extends HttpRequestExecutor {

    private final DiscoveryHeader header;

    DiscoveringExecutor(DiscoveryHeader header) {
        this.header = header;
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, HttpClientConnection connection,
            HttpResponseInformationCallback informationCallback, HttpContext context)
            throws IOException, HttpException {
        EndpointDetails ends = connection.getEndpointDetails();
        String question = ends == null ? null : header.question(ends.getLocalAddress(), ends.getRemoteAddress());
        request.removeHeaders(DiscoveryHeader.NAME);
        if (question == null) {
            return super.execute(request, connection, informationCallback, context);
        }
        request.setHeader(DiscoveryHeader.NAME, question);
        try {
            ClassicHttpResponse response = super.execute(request, connection, informationCallback, context);
            Header answer = response.getFirstHeader(DiscoveryHeader.NAME);
            // A gateway's client is answered by the gateway.
            response.removeHeaders(DiscoveryHeader.NAME);
            header.answered(ends.getLocalAddress(), ends.getRemoteAddress(), question,
                    answer == null ? null : answer.getValue());
            return response;
        } finally {
            // It may be repeated over another connection.
            request.removeHeaders(DiscoveryHeader.NAME);
        }
    }
}
