package io.smc4j.spring.boot.autoconfigure.urlconnection;

import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.RestTemplate;

/**
 * Puts {@code RestTemplate} beans that have the client of {@code new RestTemplate()} on SMC channels. A bean that was
 * given any other client keeps it; interceptors stay.
 */
final class SmcRestTemplateBeanPostProcessor implements BeanPostProcessor {

    private final ObjectProvider<SmcUrlConnections> connections;

    /** Takes a provider because post-processors are made before the beans that they need. */
    SmcRestTemplateBeanPostProcessor(ObjectProvider<SmcUrlConnections> connections) {
        this.connections = connections;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof RestTemplate restTemplate && connections.getObject().isAvailable()) {
            ClientHttpRequestFactory current = ownRequestFactory(restTemplate);
            if (current.getClass() == SimpleClientHttpRequestFactory.class) {
                restTemplate.setRequestFactory(new SmcSimpleClientHttpRequestFactory(
                        (SimpleClientHttpRequestFactory) current, connections.getObject()));
            }
        }
        return bean;
    }

    /** The factory itself: while there are interceptors, the getter returns one that applies them. */
    private static ClientHttpRequestFactory ownRequestFactory(RestTemplate restTemplate) {
        List<ClientHttpRequestInterceptor> interceptors = restTemplate.getInterceptors();
        List<ClientHttpRequestInterceptor> saved = List.copyOf(interceptors);
        interceptors.clear();
        try {
            return restTemplate.getRequestFactory();
        } finally {
            interceptors.addAll(saved);
        }
    }
}
