package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.spring.boot.autoconfigure.SmcReport;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/** {@link Endpoint @Endpoint} that shows SMC in this application. */
@Endpoint(id = "smc")
public class SmcEndpoint {

    private final SmcRuntime runtime;

    /** Shows the reports of a runtime. */
    public SmcEndpoint(SmcRuntime runtime) {
        this.runtime = runtime;
    }

    /** The whole report. */
    @ReadOperation
    public SmcReport report() {
        return runtime.report();
    }

    /**
     * One part of it.
     *
     * @param part {@code connections}, {@code linkgroups}, {@code fallbacks} or {@code policy}
     * @return a list, or {@code null} if there is no such part
     */
    @ReadOperation
    public Object part(@Selector String part) {
        SmcReport report = runtime.report();
        return switch (part) {
            case "connections" -> report.connections();
            case "linkgroups" -> report.linkGroups();
            case "fallbacks" -> report.fallbacks();
            case "policy" -> report.configuration().policy();
            default -> null;
        };
    }
}
