package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.engine.Smc;
import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;

/** Decides about {@link ConditionalOnSmc}. */
class OnSmcCondition extends SpringBootCondition {

    private static final String ENGINE = "io.smc4j.engine.Smc";

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        MergedAnnotation<ConditionalOnSmc> annotation = metadata.getAnnotations().get(ConditionalOnSmc.class);
        Side side = annotation.getEnum("side", Side.class);
        ConditionMessage.Builder message = ConditionMessage.forCondition(ConditionalOnSmc.class, "(side=" + side + ")");
        // Values of the engine are among the switches.
        if (!ClassUtils.isPresent(ENGINE, context.getClassLoader())) {
            return ConditionOutcome.noMatch(message.because("smc-engine is not on the class path"));
        }
        String cause = SmcSwitches.from(context.getEnvironment()).causeOff(side);
        if (cause == null) {
            cause = Smc.unavailabilityCause();
        }
        return (cause == null)
                ? ConditionOutcome.match(message.because("SMC is available"))
                : ConditionOutcome.noMatch(message.because(cause));
    }
}
