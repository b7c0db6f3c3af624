package io.smc4j.spring.boot.autoconfigure.urlconnection;

import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ResponseCache;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/**
 * Puts HTTP connections of the JDK on SMC channels, where the peer may be reached so. Any other connection stays what
 * the JDK made of it.
 *
 * <p>Thread-safe.
 */
final class SmcUrlConnections {

    private static final String JDK_HTTP = "sun.net.www.protocol.http.HttpURLConnection";
    private static final String JDK_HTTPS = "sun.net.www.protocol.https.HttpsURLConnectionImpl";

    private final SmcRuntime runtime;
    private final ChannelSockets sockets;
    private final CallSlots slots;
    /** The one of late: the JDK uses an idle connection again only for the same factory. */
    private volatile LayeredTlsSocketFactory layered;

    SmcUrlConnections(SmcRuntime runtime, ChannelSockets sockets) {
        this.runtime = runtime;
        this.sockets = sockets;
        this.slots = new CallSlots(sockets);
    }

    boolean isAvailable() {
        return runtime.isAvailable();
    }

    /** Returns a connection for the same URL over channels, or the connection itself; neither is connected. */
    HttpURLConnection carry(HttpURLConnection connection) throws IOException {
        if (connection instanceof HttpsURLConnection https) {
            if (isCarriedTls(https) && mayBeCarried(https.getURL())) {
                https.setSSLSocketFactory(layOver(https.getSSLSocketFactory()));
            }
            return connection;
        }
        return isCarriedPlain(connection) ? new RedirectingConnection(connection.getURL(), this, slots)
                : connection;
    }

    /** The next one in a chain of redirects, over channels if it can be. */
    HttpURLConnection open(URL url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        return isCarriedPlain(connection) ? openDisguised(url) : connection;
    }

    /**
     * A connection for an {@code http} URL that the JDK takes for one of https; it must be given a factory of sockets
     * without TLS before it connects. It follows no redirect: to it they all lead from https to http.
     */
    static HttpsURLConnection openDisguised(URL url) throws IOException {
        URL disguised = new URL("https", url.getHost(), url.getPort(), url.getFile());
        HttpsURLConnection connection = (HttpsURLConnection) disguised.openConnection(Proxy.NO_PROXY);
        connection.setInstanceFollowRedirects(false);
        return connection;
    }

    private boolean isCarriedPlain(HttpURLConnection connection) {
        return connection.getClass().getName().equals(JDK_HTTP) && isSameUnderBothSchemes(connection.getURL())
                && mayBeCarried(connection.getURL());
    }

    /**
     * Whether nobody can tell that the JDK takes the URL for one of https. The default ports of either scheme would
     * show in the Host header, and the JDK's extension points are asked by URL.
     */
    private static boolean isSameUnderBothSchemes(URL url) {
        return url.getPort() != -1 && url.getPort() != 80 && url.getPort() != 443
                && Authenticator.getDefault() == null && CookieHandler.getDefault() == null
                && ResponseCache.getDefault() == null;
    }

    /** A factory that is not the JDK's may do more than lay TLS over a socket. */
    private static boolean isCarriedTls(HttpsURLConnection connection) {
        return connection.getClass().getName().equals(JDK_HTTPS)
                && connection.getSSLSocketFactory().getClass().getClassLoader() == null;
    }

    private boolean mayBeCarried(URL url) {
        int port = url.getPort() != -1 ? url.getPort() : url.getDefaultPort();
        if (isProxied(url)) {
            return false;
        }
        InetSocketAddress address = new InetSocketAddress(host(url), port);
        return !address.isUnresolved() && runtime.mayConnectTo(address);
    }

    /** Without the brackets of an IPv6 address. */
    private static String host(URL url) {
        String host = url.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static boolean isProxied(URL url) {
        ProxySelector selector = ProxySelector.getDefault();
        if (selector == null) {
            return false;
        }
        try {
            List<Proxy> proxies = selector.select(url.toURI());
            return proxies != null && !proxies.isEmpty() && proxies.get(0).type() != Proxy.Type.DIRECT;
        } catch (URISyntaxException | IllegalArgumentException e) {
            // The JDK's own connection says so.
            return true;
        }
    }

    private SSLSocketFactory layOver(SSLSocketFactory tls) {
        LayeredTlsSocketFactory known = layered;
        if (known == null || !known.lays(tls)) {
            known = new LayeredTlsSocketFactory(tls, sockets);
            layered = known;
        }
        return known;
    }
}
