package io.smc4j.engine.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method that is a test within the lab's machine: without parameters, static or of a class that can be made
 * without arguments, of any visibility. It passes unless it throws.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface GuestCase {

    /**
     * How long it would take on a host at most, in seconds; in the machine it may take {@link Guest#SLOWNESS} times
     * that.
     */
    int seconds() default 20;

    /** Whether no other case can run in its machine after it, so that it gets one of its own. */
    boolean ownMachine() default false;
}
