package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.engine.PeerCheck;
import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.RuleInForce;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.report.ReportText;
import io.smc4j.spring.boot.autoconfigure.SmcCoverage;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.springframework.boot.actuate.endpoint.Access;
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
    private static final String CHECK = "check";
    private static final Pattern PLACE = Pattern.compile("\\d{1,9}");

    /** No longer than a client of the actuator waits. */
    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(5);

    private final SmcRuntime runtime;
    private final Access access;
    private final List<SmcCoverage> coverage;

    /** Shows the reports, and changes the policy, of a runtime. */
    public SmcEndpoint(SmcRuntime runtime) {
        this(runtime, Access.UNRESTRICTED, List.of());
    }

    /** @param access what clients may do, which the report tells, so that they need not try */
    SmcEndpoint(SmcRuntime runtime, Access access, List<SmcCoverage> coverage) {
        this.runtime = runtime;
        this.access = access;
        this.coverage = coverage;
    }

    /**
     * The whole report: as JSON, as a table if the client asks for {@code text/plain}, or a page that shows it if a
     * browser asks.
     *
     * @param asset a file that the page is made of, in place of the report
     * @param search words that occur in the connections to be shown
     * @param sort the field by which they are sorted, after a minus for a descending order
     * @param offset how many of them are left out
     * @param limit how many are shown at most
     * @return the report; status 400 and a text if it can not be shown in this way, 404 if there is no such file
     */
    @ReadOperation(producesFrom = ReportFormat.class)
    public WebEndpointResponse<Object> report(ReportFormat format, @Nullable String asset, @Nullable String search,
            @Nullable String sort, @Nullable Integer offset, @Nullable Integer limit) {
        if (asset != null) {
            return PageAsset.named(asset);
        }
        if (format.isPage()) {
            return PageAsset.page();
        }
        try {
            ConnectionQuery query = ConnectionQuery.of(search, sort, offset, limit);
            Object body = (format == ReportFormat.TEXT) ? text(query)
                    : OperationResponseBody.of(ReportJson.report(runtime, query, access,
                            runtime.isAvailable() ? coverage : List.of()));
            return new WebEndpointResponse<>(body, format.contentType());
        } catch (IllegalArgumentException e) {
            return badRequest(e);
        }
    }

    private String text(ConnectionQuery query) {
        SmcSnapshot snapshot = runtime.snapshot();
        return new ReportText(runtime.unavailabilityCause(), snapshot,
                query.apply(snapshot.connections()).connections(), runtime.policyTable().rules()).toString();
    }

    /**
     * One part of the report.
     *
     * @param part {@code connections}, {@code linkgroups}, {@code devices}, {@code fallbacks}, {@code resources},
     *        {@code statistics}, {@code monitor} or {@code policy}
     * @return what there is under the part's name, or {@code null} if there is no such part
     */
    @ReadOperation
    @Nullable
    public Map<String, Object> part(@Selector String part) {
        Object json = ReportJson.part(part, runtime);
        return (json != null) ? OperationResponseBody.of(Map.of(part, json)) : null;
    }

    /**
     * Changes the policy, or checks a peer: connects to it, and says step by step how far SMC comes. Nothing is sent to
     * a listener that is not known to understand SMC.
     *
     * <p>A new rule is in force for connections made from now on. The rule takes the form of an element of the property
     * {@code smc.policy} and must name a host, an address range or a port.
     *
     * @param part {@code policy} or {@code check}
     * @param note what it is for
     * @param expiry when it ends: a duration from now, or an instant
     * @param position before how many others it stands; none, if nothing is said
     * @param applyTo {@code open} to have open connections that it denies go over to TCP as well
     * @param peer of {@code check}, a host and a port
     * @return the new policy, or the steps; status 400 and a text if rule or peer is malformed or SMC is off, 404 for
     *         another part
     */
    @WriteOperation
    public WebEndpointResponse<Object> add(@Selector String part, @Nullable String action, @Nullable String direction,
            @Nullable String host, @Nullable String cidr, @Nullable String port, @Nullable String note,
            @Nullable String expiry, @Nullable Integer position, @Nullable String applyTo,
            @Nullable String peer) {
        if (part.equals(CHECK)) {
            return answer(() -> check(peer));
        }
        if (!part.equals(POLICY)) {
            return notFound();
        }
        return answer(() -> {
            SmcPolicy.Rule rule = PolicyRules.bind(action, direction, host, cidr, port);
            runtime.policyTable().add(rule, RuleInForce.Origin.RUNTIME,
                    PolicyChange.terms(rule, note, expiry, applyTo), (position != null) ? position : 0);
            return part(POLICY);
        });
    }

    private Object check(@Nullable String peer) {
        InetSocketAddress address = PeerAddress.parse(peer);
        PeerCheck check = runtime.check(address.getHostString(), address.getPort(), CHECK_TIMEOUT);
        return OperationResponseBody.of(Map.of(CHECK, ReportJson.tree(check)));
    }

    /**
     * Says what the policy would do with a peer, and by which rule. Connects to nobody, and counts for no rule.
     *
     * @param part {@code policy}
     * @param question {@code check}
     * @param peer a host and a port; the listener's port in either direction
     * @param direction {@code outbound}, which is meant if nothing is said, or {@code inbound}
     * @return what would happen; status 400 and a text if the peer is malformed, 404 for another part
     */
    @WriteOperation
    public WebEndpointResponse<Object> check(@Selector String part, @Selector String question, @Nullable String peer,
            @Nullable String direction) {
        if (!part.equals(POLICY) || !question.equals(CHECK)) {
            return notFound();
        }
        return answer(() -> OperationResponseBody.of(
                Map.of(CHECK, ReportJson.tree(PolicyCheck.of(runtime.policyTable(), peer, direction)))));
    }

    /**
     * Removes a rule from the policy, for connections made from now on.
     *
     * @param part {@code policy}
     * @param rule the rule's id, or its place, from 0; no id is a number
     * @return the new policy; status 400 and a text if SMC is off, 404 if there is no such rule or for another part
     */
    @DeleteOperation
    public WebEndpointResponse<Object> remove(@Selector String part, @Selector String rule) {
        if (!part.equals(POLICY)) {
            return notFound();
        }
        PolicyTable table = runtime.policyTable();
        List<RuleInForce> rules = table.rules();
        String id = PLACE.matcher(rule).matches()
                ? rules.stream().skip(Integer.parseInt(rule)).findFirst().map(RuleInForce::id).orElse("") : rule;
        if (rules.stream().noneMatch((one) -> one.id().equals(id))) {
            return notFound();
        }
        return answer(() -> table.remove(id) ? part(POLICY) : null);
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

    private static WebEndpointResponse<Object> answer(Supplier<Object> work) {
        try {
            Object body = work.get();
            return (body != null) ? new WebEndpointResponse<>(body) : notFound();
        } catch (IllegalArgumentException | IllegalStateException e) {
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
