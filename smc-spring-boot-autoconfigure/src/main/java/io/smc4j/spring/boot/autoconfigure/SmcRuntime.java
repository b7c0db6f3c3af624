package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.HttpDiscovery;
import io.smc4j.engine.PeerCheck;
import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcSnapshot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.Map;

/**
 * SMC in this application, whether on or off: the one bean that HTTP clients, servers and the actuator ask. It exists
 * on every Java version.
 *
 * <p>Thread-safe.
 */
public interface SmcRuntime {

    /** Whether SMC is wanted: {@code smc.enabled}. */
    boolean isEnabled();

    /** Why no SMC channels are made, in one line; {@code null} if they are. */
    String unavailabilityCause();

    /** Whether SMC channels are made; if not, {@link #unavailabilityCause()} says why. */
    default boolean isAvailable() {
        return unavailabilityCause() == null;
    }

    /**
     * What makes the channels and selectors of HTTP clients and servers: the engine's if {@linkplain #isAvailable()
     * available}, else the JDK's own. Channels of the one must not be registered with selectors of the other.
     */
    SelectorProvider selectorProvider();

    /**
     * Makes a socket that is not connected, for those who would say {@code new Socket()}. If SMC is
     * {@linkplain #isAvailable() available}, its bytes travel as those of a channel of {@link #selectorProvider()}.
     */
    default Socket openSocket() throws IOException {
        return isAvailable() ? selectorProvider().openSocketChannel().socket() : new Socket();
    }

    /**
     * Whether a connection to a listener may come to use SMC, as far as this side can tell before it connects. If not,
     * it would be TCP now.
     */
    default boolean mayConnectTo(InetSocketAddress listener) {
        return isAvailable();
    }

    /** How clients learn of listeners, and tell of theirs, where HTTP is spoken. */
    default HttpDiscovery httpDiscovery() {
        return HttpDiscovery.NONE;
    }

    /**
     * Connects to a peer, and tells step by step how far SMC comes. Sends nothing to a listener that is not known to
     * understand SMC.
     *
     * @param timeout for the name service and the connect, each
     * @throws IllegalStateException if not {@linkplain #isAvailable() available}
     */
    default PeerCheck check(String host, int port, Duration timeout) {
        throw new IllegalStateException("SMC is off: " + unavailabilityCause());
    }

    /** The settings in force, but for the policy. */
    SmcConfig config();

    /**
     * The rules in force, with what came of each. To change them fails with an {@link IllegalStateException} if not
     * {@linkplain #isAvailable() available}.
     */
    PolicyTable policyTable();

    /** The policy in force. */
    default SmcPolicy policy() {
        return policyTable().policy();
    }

    /**
     * Replaces the policy. It decides about connections made from now on.
     *
     * @throws IllegalStateException if not {@linkplain #isAvailable() available}
     */
    default void setPolicy(SmcPolicy policy) {
        policyTable().replace(policy);
    }

    /** How many connections went to TCP so far, by reason; only reasons that have occurred. */
    default Map<FallbackReason, Long> fallbacks() {
        return snapshot().fallbacks();
    }

    /** Begins the second span of the statistics anew, where something is counted. */
    default void resetStatistics() {
        // Nothing is counted.
    }

    /** What SMC looks like now. Copies the state of every connection: meant for people and scrapes, not per request. */
    SmcSnapshot snapshot();
}
