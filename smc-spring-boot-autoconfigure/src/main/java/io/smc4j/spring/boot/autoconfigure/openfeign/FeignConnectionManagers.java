package io.smc4j.spring.boot.autoconfigure.openfeign;

import java.security.GeneralSecurityException;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TrustAllStrategy;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.ssl.TLS;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.ssl.SSLContexts;
import org.springframework.cloud.openfeign.support.FeignHttpClientProperties;
import org.springframework.cloud.openfeign.support.FeignHttpClientProperties.Hc5Properties;

/** Connection managers as {@code spring.cloud.openfeign.httpclient} describes them. */
final class FeignConnectionManagers {

    private static final String[] PROTOCOLS = {TLS.V_1_3.getId(), TLS.V_1_2.getId()};

    private FeignConnectionManagers() {
    }

    static PoolingHttpClientConnectionManagerBuilder builder(FeignHttpClientProperties properties) {
        Hc5Properties more = properties.getHc5();
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setTlsSocketStrategy(tls(properties.isDisableSslValidation()))
                .setMaxConnTotal(properties.getMaxConnections())
                .setMaxConnPerRoute(properties.getMaxConnectionsPerRoute())
                .setConnPoolPolicy(PoolReusePolicy.valueOf(more.getPoolReusePolicy().name()))
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.valueOf(more.getPoolConcurrencyPolicy().name()))
                .setDefaultConnectionConfig(ConnectionConfig.custom().setTimeToLive(properties.getTimeToLive(),
                        properties.getTimeToLiveUnit()).build())
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setSoTimeout(more.getSocketTimeout(), more.getSocketTimeoutUnit()).build());
    }

    private static DefaultClientTlsStrategy tls(boolean trustsAll) {
        HostnameVerifier verifier = trustsAll ? NoopHostnameVerifier.INSTANCE : new DefaultHostnameVerifier();
        return new DefaultClientTlsStrategy(trustsAll ? trustingAll() : SSLContexts.createSystemDefault(), PROTOCOLS,
                null, null, verifier);
    }

    private static SSLContext trustingAll() {
        try {
            return SSLContexts.custom().loadTrustMaterial(TrustAllStrategy.INSTANCE).build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("No TLS without validation", e);
        }
    }
}
