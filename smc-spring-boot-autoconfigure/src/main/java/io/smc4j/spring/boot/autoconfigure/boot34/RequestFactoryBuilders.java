package io.smc4j.spring.boot.autoconfigure.boot34;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;

/**
 * Customizes the {@link ClientHttpRequestFactoryBuilder} that Spring Boot makes, if it is of a given kind.
 *
 * @param <B> the kind
 */
final class RequestFactoryBuilders<B extends ClientHttpRequestFactoryBuilder<?>> implements BeanPostProcessor {

    private final Class<B> kind;
    private final Supplier<UnaryOperator<B>> change;

    /** @param change asked when there is such a builder */
    RequestFactoryBuilders(Class<B> kind, Supplier<UnaryOperator<B>> change) {
        this.kind = kind;
        this.change = change;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return kind.isInstance(bean) ? change.get().apply(kind.cast(bean)) : bean;
    }
}
