package io.smc4j.spring.boot.autoconfigure;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The header by which a client learns that a server understands SMC, and that nobody is in between. A request has a
 * number that is made for it alone; the response repeats it and says which two ends the server sees:
 *
 * <pre>
 * SMC-Discovery: 5f1c0e9ab7d23468
 * SMC-Discovery: 5f1c0e9ab7d23468 client=10.1.2.3:40000 server=10.1.2.4:8080
 * </pre>
 *
 * <p>Behind a proxy, or where addresses are translated, one of the ends is not what the client sees. An answer from a
 * cache has another number.
 *
 * <p>Exists if {@code smc.discovery.http} is set. Thread-safe.
 */
public final class DiscoveryHeader {

    /** The name, of request and response alike. */
    public static final String NAME = "SMC-Discovery";

    private static final Log logger = LogFactory.getLog(DiscoveryHeader.class);

    private static final Pattern QUESTION = Pattern.compile("[0-9a-f]{16}");

    private final SmcRuntime runtime;
    private final OutdatedConnections outdated;

    /** @param outdated told when what is on TCP need not be */
    public DiscoveryHeader(SmcRuntime runtime, OutdatedConnections outdated) {
        this.runtime = runtime;
        this.outdated = outdated;
    }

    /**
     * What the next request over a connection is to have.
     *
     * @return {@code null} if nothing
     */
    public String question(SocketAddress local, SocketAddress remote) {
        return local instanceof InetSocketAddress here && remote instanceof InetSocketAddress there
                && runtime.httpDiscovery().mayAsk(here, there)
                ? HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()) : null;
    }

    /**
     * What the response over a connection is to have.
     *
     * @param question what the request has; may be anything
     * @return {@code null} if nothing
     */
    public String answer(SocketAddress local, SocketAddress remote, String question) {
        return QUESTION.matcher(question).matches() && local instanceof InetSocketAddress here
                && remote instanceof InetSocketAddress there && runtime.httpDiscovery().mayAnswer(here, there)
                ? text(question, there, here) : null;
    }

    /**
     * A response has come over a connection.
     *
     * @param question what the request had
     * @param answer what the response has; {@code null} if nothing
     */
    public void answered(SocketAddress local, SocketAddress remote, String question, String answer) {
        if (answer == null || !(local instanceof InetSocketAddress here)
                || !(remote instanceof InetSocketAddress there)) {
            return;
        }
        if (!answer.equals(text(question, here, there))) {
            logger.debug("Not directly connected to " + there + ", as the answer is '" + answer + "'");
        } else if (runtime.httpDiscovery().learn(here, there)) {
            logger.debug(there + " understands SMC");
            outdated.lookAgain();
        }
    }

    private static String text(String question, InetSocketAddress client, InetSocketAddress server) {
        return question + " client=" + text(client) + " server=" + text(server);
    }

    /** Both sides write an address in one way. What scope it has is a matter of either host. */
    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        int scope = host.indexOf('%');
        String plain = scope < 0 ? host : host.substring(0, scope);
        return (plain.indexOf(':') < 0 ? plain : "[" + plain + "]") + ":" + address.getPort();
    }
}
