package io.smc4j.spring.boot.autoconfigure.actuate;

import com.fasterxml.jackson.databind.JsonNode;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.lang.Nullable;

/**
 * {@link WebEndpoint @WebEndpoint} that shows SMC in this application, and changes its policy. Thread-safe.
 */
@WebEndpoint(id = "smc")
public class SmcEndpoint {

    private static final String POLICY = "policy";
    private static final String STATISTICS = "statistics";

    private final SmcRuntime runtime;

    /** Shows the reports, and changes the policy, of a runtime. */
    public SmcEndpoint(SmcRuntime runtime) {
        this.runtime = runtime;
    }

    /** The whole report: as JSON, or as a table if the client asks for {@code text/plain}. */
    @ReadOperation(producesFrom = ReportFormat.class)
    public WebEndpointResponse<Object> report(ReportFormat format) {
        Object body = (format == ReportFormat.TEXT) ? new ReportText(runtime).toString()
                : OperationResponseBody.of(ReportJson.report(runtime));
        return new WebEndpointResponse<>(body, format);
    }

    /**
     * One part of the report.
     *
     * @param part {@code connections}, {@code linkgroups}, {@code devices}, {@code fallbacks}, {@code statistics} or
     *        {@code policy}
     * @return what there is under the part's name, or {@code null} if there is no such part
     */
    @ReadOperation
    @Nullable
    public Map<String, Object> part(@Selector String part) {
        JsonNode json = ReportJson.part(part, runtime);
        return (json != null) ? OperationResponseBody.of(Map.of(part, json)) : null;
    }

    /**
     * Puts a rule before the ones of the policy, for connections made from now on. The rule takes the form of an
     * element of the property {@code smc.policy} and must name a host, an address range or a port.
     *
     * @param part {@code policy}
     * @return the new policy; status 400 and a text if the rule is malformed or SMC is off, 404 for another part
     */
    @WriteOperation
    public synchronized WebEndpointResponse<Object> add(@Selector String part, @Nullable String action,
            @Nullable String direction, @Nullable String host, @Nullable String cidr, @Nullable String port) {
        if (!part.equals(POLICY)) {
            return notFound();
        }
        try {
            SmcPolicy.Rule rule = PolicyRules.bind(action, direction, host, cidr, port);
            List<SmcPolicy.Rule> rules = new ArrayList<>(runtime.policy().rules());
            rules.add(0, rule);
            return replace(rules);
        } catch (IllegalArgumentException e) {
            return badRequest(e);
        }
    }

    /**
     * Removes a rule from the policy, for connections made from now on.
     *
     * @param part {@code policy}
     * @param index the rule's place, from 0
     * @return the new policy; status 400 and a text if SMC is off, 404 if there is no such rule or for another part
     */
    @DeleteOperation
    public synchronized WebEndpointResponse<Object> remove(@Selector String part, @Selector int index) {
        List<SmcPolicy.Rule> rules = new ArrayList<>(runtime.policy().rules());
        if (!part.equals(POLICY) || index < 0 || index >= rules.size()) {
            return notFound();
        }
        rules.remove(index);
        return replace(rules);
    }

    /**
     * Begins the second span of the statistics anew; what was counted since the start stays.
     *
     * @param part {@code statistics}
     * @return the statistics; status 404 for another part
     */
    @DeleteOperation
    public WebEndpointResponse<Object> reset(@Selector String part) {
        if (!part.equals(STATISTICS)) {
            return notFound();
        }
        runtime.resetStatistics();
        return new WebEndpointResponse<>(part(STATISTICS));
    }

    private WebEndpointResponse<Object> replace(List<SmcPolicy.Rule> rules) {
        try {
            runtime.setPolicy(new SmcPolicy(rules));
            return new WebEndpointResponse<>(part(POLICY));
        } catch (IllegalStateException e) {
            return badRequest(e);
        }
    }

    private static WebEndpointResponse<Object> badRequest(Exception cause) {
        return new WebEndpointResponse<>(OperationResponseBody.of(Map.of("error", cause.getMessage())),
                WebEndpointResponse.STATUS_BAD_REQUEST);
    }

    private static WebEndpointResponse<Object> notFound() {
        return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
    }
}
