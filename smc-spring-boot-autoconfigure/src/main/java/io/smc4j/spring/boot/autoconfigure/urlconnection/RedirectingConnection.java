package io.smc4j.spring.boot.autoconfigure.urlconnection;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.ProtocolException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;

/**
 * An HTTP connection over channels. Everything is done by a connection of the JDK, but for following redirects, which
 * that one cannot as it takes the URL for one of https; here it is done as the JDK does it.
 *
 * <p>As little thread-safe as any {@link HttpURLConnection}.
 */
final class RedirectingConnection extends HttpURLConnection {

    private static final int DEFAULT_MAX_REDIRECTS = 20;

    private final SmcUrlConnections connections;
    private final CallSlots slots;
    private final List<Map.Entry<String, String>> properties = new ArrayList<>();
    private HttpURLConnection current;
    /** Taken with the first byte. */
    private CallSlots.Slot slot;
    private boolean answered;

    RedirectingConnection(URL url, SmcUrlConnections connections, CallSlots slots) throws IOException {
        super(url);
        this.connections = connections;
        this.slots = slots;
        this.current = SmcUrlConnections.openDisguised(url);
    }

    /** Something that uses the network; if it fails, the call is over. */
    private interface Step<T> {

        T take() throws IOException;
    }

    private <T> T doing(Step<T> step) throws IOException {
        if (slot == null) {
            slot = slots.take(this);
            useSlot();
        }
        try {
            return step.take();
        } catch (IOException | RuntimeException e) {
            slot.release();
            throw e;
        }
    }

    private void useSlot() {
        if (current instanceof HttpsURLConnection disguised) {
            disguised.setSSLSocketFactory(slot.factory());
        }
    }

    /** The connection whose answer is the answer: those that only led to it are gone. */
    private HttpURLConnection answered() throws IOException {
        return answered ? current : doing(this::followRedirects);
    }

    private HttpURLConnection followRedirects() throws IOException {
        int redirects = 0;
        for (URL next = redirection(); next != null; next = redirection()) {
            current.disconnect();
            if (++redirects >= maxRedirects()) {
                // The JDK's words.
                throw new ProtocolException("Server redirected too many  times (" + redirects + ")");
            }
            follow(next);
        }
        answered = true;
        if (current.getResponseCode() >= HTTP_BAD_REQUEST && current.getErrorStream() == null) {
            slot.release();
        }
        return current;
    }

    /** Where the current answer leads; {@code null} if it stands. */
    private URL redirection() throws IOException {
        int status = current.getResponseCode();
        boolean redirects = status >= 300 && status < 308 && status != HTTP_NOT_MODIFIED && status != HTTP_USE_PROXY
                && status != 306;
        String location = redirects && instanceFollowRedirects ? current.getHeaderField("Location") : null;
        if (location == null) {
            return null;
        }
        URL next;
        try {
            next = new URL(location);
        } catch (MalformedURLException e) {
            return new URL(url, location);
        }
        return next.getProtocol().equalsIgnoreCase(url.getProtocol()) ? next : null;
    }

    private void follow(URL next) throws IOException {
        if (!isSameDestination(url, next)) {
            properties.removeIf(property -> isForOneDestination(property.getKey()));
        }
        HttpURLConnection previous = current;
        url = next;
        current = connections.open(next);
        useSlot();
        current.setRequestMethod(previous.getRequestMethod());
        current.setConnectTimeout(previous.getConnectTimeout());
        current.setReadTimeout(previous.getReadTimeout());
        current.setUseCaches(previous.getUseCaches());
        for (Map.Entry<String, String> property : properties) {
            current.addRequestProperty(property.getKey(), property.getValue());
        }
    }

    private static boolean isSameDestination(URL one, URL other) {
        return one.getHost().equalsIgnoreCase(other.getHost()) && port(one) == port(other);
    }

    private static int port(URL url) {
        return url.getPort() != -1 ? url.getPort() : url.getDefaultPort();
    }

    private static boolean isForOneDestination(String header) {
        return header.equalsIgnoreCase("Cookie") || header.equalsIgnoreCase("Cookie2")
                || header.equalsIgnoreCase("Authorization");
    }

    private static int maxRedirects() {
        int max = Integer.getInteger("http.maxRedirects", DEFAULT_MAX_REDIRECTS);
        return max > 0 ? max : DEFAULT_MAX_REDIRECTS;
    }

    @Override
    public void connect() throws IOException {
        doing(() -> {
            current.connect();
            return null;
        });
        connected = true;
    }

    @Override
    public void disconnect() {
        current.disconnect();
        if (slot != null) {
            slot.release();
        }
    }

    @Override
    public boolean usingProxy() {
        return current.usingProxy();
    }

    @Override
    public int getResponseCode() throws IOException {
        return answered().getResponseCode();
    }

    @Override
    public String getResponseMessage() throws IOException {
        return answered().getResponseMessage();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        HttpURLConnection answer = answered();
        return untilClosed(doing(answer::getInputStream));
    }

    @Override
    public InputStream getErrorStream() {
        InputStream errors = current.getErrorStream();
        return errors == null ? null : untilClosed(errors);
    }

    private InputStream untilClosed(InputStream stream) {
        return new FilterInputStream(stream) {
            @Override
            public void close() throws IOException {
                try {
                    super.close();
                } finally {
                    slot.release();
                }
            }
        };
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return doing(current::getOutputStream);
    }

    @Override
    public String getHeaderField(String name) {
        return withHeaders().getHeaderField(name);
    }

    @Override
    public String getHeaderField(int n) {
        return withHeaders().getHeaderField(n);
    }

    @Override
    public String getHeaderFieldKey(int n) {
        return withHeaders().getHeaderFieldKey(n);
    }

    @Override
    public Map<String, List<String>> getHeaderFields() {
        return withHeaders().getHeaderFields();
    }

    /** Headers are absent, and no exception, if there is no answer. */
    private HttpURLConnection withHeaders() {
        try {
            return answered();
        } catch (IOException e) {
            return current;
        }
    }

    @Override
    public void setRequestProperty(String key, String value) {
        current.setRequestProperty(key, value);
        properties.removeIf(property -> property.getKey().equalsIgnoreCase(key));
        properties.add(Map.entry(key, value));
    }

    @Override
    public void addRequestProperty(String key, String value) {
        current.addRequestProperty(key, value);
        properties.add(Map.entry(key, value));
    }

    @Override
    public String getRequestProperty(String key) {
        return current.getRequestProperty(key);
    }

    @Override
    public Map<String, List<String>> getRequestProperties() {
        return current.getRequestProperties();
    }

    @Override
    public void setRequestMethod(String method) throws ProtocolException {
        current.setRequestMethod(method);
    }

    @Override
    public String getRequestMethod() {
        return current.getRequestMethod();
    }

    @Override
    public void setFixedLengthStreamingMode(int length) {
        current.setFixedLengthStreamingMode(length);
    }

    @Override
    public void setFixedLengthStreamingMode(long length) {
        current.setFixedLengthStreamingMode(length);
    }

    @Override
    public void setChunkedStreamingMode(int length) {
        current.setChunkedStreamingMode(length);
    }

    @Override
    public void setConnectTimeout(int millis) {
        current.setConnectTimeout(millis);
    }

    @Override
    public int getConnectTimeout() {
        return current.getConnectTimeout();
    }

    @Override
    public void setReadTimeout(int millis) {
        current.setReadTimeout(millis);
    }

    @Override
    public int getReadTimeout() {
        return current.getReadTimeout();
    }

    @Override
    public void setDoInput(boolean input) {
        current.setDoInput(input);
    }

    @Override
    public boolean getDoInput() {
        return current.getDoInput();
    }

    @Override
    public void setDoOutput(boolean output) {
        current.setDoOutput(output);
    }

    @Override
    public boolean getDoOutput() {
        return current.getDoOutput();
    }

    @Override
    public void setUseCaches(boolean use) {
        current.setUseCaches(use);
    }

    @Override
    public boolean getUseCaches() {
        return current.getUseCaches();
    }
}
