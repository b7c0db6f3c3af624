package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whether SMC carries one kind of HTTP client or server of this application. Each auto-configuration that puts
 * something on SMC channels has a bean of this type, and the start line is made of them. It must not claim what the
 * application's own beans keep on TCP. A kind of which nothing was said does not occur in the application.
 *
 * <p>Thread-safe.
 */
public final class SmcCoverage {

    private final Side side;
    private final String kind;
    private volatile boolean carried;
    private volatile String objection;

    /**
     * Begins with nothing said.
     *
     * @param kind as its users call it, such as {@code WebClient}
     */
    public SmcCoverage(Side side, String kind) {
        this.side = side;
        this.kind = kind;
    }

    /** Says that it is carried. */
    public SmcCoverage carried() {
        objection = null;
        carried = true;
        return this;
    }

    /** Says that it stays on TCP, unless another of its kind is carried. */
    public SmcCoverage left(String why) {
        if (!carried) {
            objection = why;
        }
        return this;
    }

    boolean isCarried(Side on) {
        return carried && side == on;
    }

    /** For reports: kind and side, whether it is carried, and if not, why. Empty if nothing was said. */
    public Map<String, Object> view() {
        Map<String, Object> view = new LinkedHashMap<>();
        if (carried || objection != null) {
            view.put("kind", kind);
            view.put("side", side.name());
            view.put("carried", carried);
            if (!carried) {
                view.put("why", objection);
            }
        }
        return view;
    }

    String kind() {
        return kind;
    }

    /** Why it stays on TCP, or {@code null}. */
    String objection() {
        return objection;
    }
}
