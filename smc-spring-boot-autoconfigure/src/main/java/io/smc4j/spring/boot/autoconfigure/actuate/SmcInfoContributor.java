package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.engine.Smc;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** {@link InfoContributor} that tells in two lines whether SMC is on, and what connections are on. */
public class SmcInfoContributor implements InfoContributor {

    private final SmcRuntime runtime;

    /** Tells of a runtime. */
    public SmcInfoContributor(SmcRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public void contribute(Info.Builder builder) {
        Map<String, Object> lines = new LinkedHashMap<>();
        lines.put("state", state());
        lines.put("connections", runtime.snapshot().connectionsByMode());
        builder.withDetail("smc", lines);
    }

    private String state() {
        String version = Smc.class.getPackage().getImplementationVersion();
        String state = runtime.isAvailable() ? "on" : "off: " + runtime.unavailabilityCause();
        return (version != null) ? state + " (smc4j " + version + ")" : state;
    }
}
