package io.smc4j.spring.boot.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Conditional;

/**
 * Matches when SMC is switched on, for the {@linkplain #side() side} as well, and the engine can run here.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Conditional(OnSmcCondition.class)
public @interface ConditionalOnSmc {

    /** The connections in question. */
    Side side() default Side.ANY;

    /** Connections by the side that this application takes in them. */
    enum Side {
        /** Outgoing connections: {@code smc.client.enabled}. */
        CLIENT,
        /** Accepted connections: {@code smc.server.enabled}. */
        SERVER,
        /** One of the two at least. */
        ANY
    }
}
