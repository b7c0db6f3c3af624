package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.spring.boot.autoconfigure.SmcProperties.PolicyRule;
import io.smc4j.spring.boot.autoconfigure.SmcReport;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** What the {@code smc} endpoint can do over HTTP only: a table for people, and a new policy. */
@EndpointWebExtension(endpoint = SmcEndpoint.class)
public class SmcEndpointWebExtension {

    private final SmcRuntime runtime;

    /** Shows the reports, and sets the policy, of a runtime. */
    public SmcEndpointWebExtension(SmcRuntime runtime) {
        this.runtime = runtime;
    }

    /** The whole report as JSON, or as a table if the client asks for {@code text/plain}. */
    @ReadOperation(producesFrom = ReportFormat.class)
    public WebEndpointResponse<Object> report(ReportFormat format) {
        SmcReport report = runtime.report();
        Object body = (format == ReportFormat.TEXT) ? new ReportText(report).toString() : report;
        return new WebEndpointResponse<>(body, WebEndpointResponse.STATUS_OK, format.getProducedMimeType());
    }

    /**
     * Replaces the policy, for connections made from now on.
     *
     * @param part {@code policy}
     * @param rules rules of the form of the property {@code smc.policy}
     * @return the new policy; status 400 and a text if a rule is malformed or SMC is off, 404 for another part
     */
    @WriteOperation
    public WebEndpointResponse<Object> replace(@Selector String part, List<Map<String, String>> rules) {
        if (!part.equals("policy")) {
            return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
        }
        try {
            List<PolicyRule> policy = PolicyRules.bind(rules);
            runtime.setPolicy(policy);
            return new WebEndpointResponse<>(policy);
        } catch (IllegalArgumentException | IllegalStateException e) {
            return new WebEndpointResponse<>(Map.of("error", e.getMessage()), WebEndpointResponse.STATUS_BAD_REQUEST);
        }
    }
}
