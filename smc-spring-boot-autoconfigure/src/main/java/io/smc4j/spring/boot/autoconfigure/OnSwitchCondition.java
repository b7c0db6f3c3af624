package io.smc4j.spring.boot.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Decides about {@link ConditionalOnSwitch}. */
class OnSwitchCondition extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        MergedAnnotation<ConditionalOnSwitch> annotation = metadata.getAnnotations().get(ConditionalOnSwitch.class);
        String name = annotation.getString("name");
        boolean on = Binder.get(context.getEnvironment()).bind(name, Boolean.class)
                .orElse(annotation.getBoolean("matchIfMissing"));
        return new ConditionOutcome(on,
                ConditionMessage.forCondition(ConditionalOnSwitch.class, name).because("it is " + on));
    }
}
