package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;

/**
 * {@link org.springframework.boot.actuate.health.HealthIndicator HealthIndicator} for SMC. An application on TCP works,
 * and restarting it would not help: it is up, with the cause as a detail, and so it is without RDMA.
 */
public class SmcHealthIndicator extends AbstractHealthIndicator {

    private final SmcRuntime runtime;

    /** Tells of a runtime. */
    public SmcHealthIndicator(SmcRuntime runtime) {
        super("SMC health check failed");
        this.runtime = runtime;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.up().withDetails(HealthDetails.of(runtime));
    }
}
