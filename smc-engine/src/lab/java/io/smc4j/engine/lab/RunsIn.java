package io.smc4j.engine.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The machines in which the cases of a class run; without this annotation only {@link MachineKind#SMC_V2}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface RunsIn {

    MachineKind[] value();
}
