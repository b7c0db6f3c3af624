package io.smc4j.spring.boot.versions;

/** One kind of HTTP client that Spring Boot sets up. */
interface HttpClient {

    String get(String url) throws Exception;
}
