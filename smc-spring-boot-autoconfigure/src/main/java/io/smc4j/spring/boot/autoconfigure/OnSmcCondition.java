package io.smc4j.spring.boot.autoconfigure;

import io.smc4j.spring.boot.autoconfigure.ConditionalOnSmc.Side;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Decides about {@link ConditionalOnSmc}. */
class OnSmcCondition extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        MergedAnnotation<ConditionalOnSmc> annotation = metadata.getAnnotations().get(ConditionalOnSmc.class);
        Side side = annotation.getEnum("side", Side.class);
        ConditionMessage.Builder message = ConditionMessage.forCondition(ConditionalOnSmc.class, "(side=" + side + ")");
        String cause = SmcSwitches.from(context.getEnvironment()).causeOff(side);
        if (cause == null) {
            cause = SmcAvailability.in(context.getClassLoader()).cause();
        }
        return (cause == null)
                ? ConditionOutcome.match(message.because("SMC is available"))
                : ConditionOutcome.noMatch(message.because(cause));
    }
}
