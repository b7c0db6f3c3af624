package io.smc4j.spring.boot.autoconfigure;

import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;

/**
 * SMC in this application, whether on or off: the one bean that HTTP clients, servers and the actuator ask. It exists
 * on every Java version and mentions no class of the engine.
 *
 * <p>Thread-safe.
 */
public interface SmcRuntime {

    /** Whether SMC channels are made; if not, {@link SmcReport#cause()} says why. */
    boolean isAvailable();

    /**
     * What makes the channels and selectors of HTTP clients and servers: the engine's if {@linkplain #isAvailable()
     * available}, else the JDK's own. Channels of the one must not be registered with selectors of the other.
     */
    SelectorProvider selectorProvider();

    /**
     * Whether a connection to a listener may come to use SMC, as far as this side can tell before it connects. If not, it
     * would be TCP now.
     */
    default boolean mayConnectTo(InetSocketAddress listener) {
        return isAvailable();
    }

    /** What SMC looks like now. Copies the state of every connection: meant for people and scrapes, not per request. */
    SmcReport report();

    /** Every reason a connection can have to stay on TCP; empty if not {@linkplain #isAvailable() available}. */
    List<SmcReport.Reason> fallbackReasons();

    /**
     * Replaces the policy. It decides about connections made from now on.
     *
     * @throws InvalidSmcPropertyException if a rule is malformed; the policy stays as it was
     * @throws IllegalStateException if not {@linkplain #isAvailable() available}
     */
    void setPolicy(List<SmcProperties.PolicyRule> rules);
}
