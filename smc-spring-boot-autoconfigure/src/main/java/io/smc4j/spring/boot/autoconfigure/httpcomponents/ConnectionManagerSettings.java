package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.function.Resolver;
import org.apache.hc.core5.http.io.SocketConfig;
import org.springframework.util.ObjectUtils;
import org.springframework.util.ReflectionUtils;

/**
 * All that was set on a builder of connection managers, comparable: two builders with equal settings build managers
 * that behave alike. Values count by what they hold, and what HttpComponents cannot compare, such as a DNS resolver, by
 * identity.
 */
record ConnectionManagerSettings(List<Object> values) {

    /** The resolvers that the builder makes itself: they give the same configuration for every route. */
    private static final String CONSTANT_RESOLVER =
            PoolingHttpClientConnectionManagerBuilder.class.getName() + "$$Lambda";

    static ConnectionManagerSettings of(PoolingHttpClientConnectionManagerBuilder builder) {
        return new ConnectionManagerSettings(fields(builder, PoolingHttpClientConnectionManagerBuilder.class));
    }

    private static List<Object> fields(Object object, Class<?> type) {
        List<Object> values = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                ReflectionUtils.makeAccessible(field);
                values.add(comparable(ReflectionUtils.getField(field, object)));
            }
        }
        return values;
    }

    private static Object comparable(Object value) {
        if (value instanceof Resolver<?, ?> resolver && value.getClass().getName().startsWith(CONSTANT_RESOLVER)) {
            return comparable(resolver.resolve(null));
        }
        if (value instanceof SocketConfig || value instanceof ConnectionConfig || value instanceof TlsConfig) {
            return fields(value, value.getClass());
        }
        return value != null && value.getClass().isArray() ? List.of(ObjectUtils.toObjectArray(value)) : value;
    }
}
