package io.smc4j.spring.boot.autoconfigure.httpcomponents;

import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.web.client.RestTemplate;

/**
 * Gives {@code RestTemplate} beans an SMC client in place of the one they have by default. A bean that was given any
 * other client keeps it; interceptors stay.
 */
final class SmcRestTemplateBeanPostProcessor implements BeanPostProcessor {

    private final ObjectProvider<SimpleClientStandIns> standIns;

    /** Takes a provider because post-processors are made before the beans that they need. */
    SmcRestTemplateBeanPostProcessor(ObjectProvider<SimpleClientStandIns> standIns) {
        this.standIns = standIns;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof RestTemplate restTemplate) {
            ClientHttpRequestFactory current = ownRequestFactory(restTemplate);
            ClientHttpRequestFactory standIn = standIns.getObject().standInFor(current);
            if (standIn != current) {
                restTemplate.setRequestFactory(standIn);
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
