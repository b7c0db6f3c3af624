package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcSnapshot;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.util.ClassUtils;

/**
 * What an application needs as a native image. It stays on TCP there, so these are the reports and the page; what puts
 * clients and servers on SMC looks first whether there is any.
 */
class SmcRuntimeHints implements RuntimeHintsRegistrar {

    private static final String VALUES = "io.smc4j.engine.SmcSnapshot";
    private static final String PAGE = SmcRuntimeHints.class.getPackageName().replace('.', '/') + "/actuate/page/*";

    @Override
    public void registerHints(RuntimeHints hints, ClassLoader classLoader) {
        hints.resources().registerPattern(PAGE);
        if (ClassUtils.isPresent(VALUES, classLoader)) {
            new BindingReflectionHintsRegistrar().registerReflectionHints(hints.reflection(), SmcConfig.class,
                    SmcSnapshot.class);
        }
    }
}
