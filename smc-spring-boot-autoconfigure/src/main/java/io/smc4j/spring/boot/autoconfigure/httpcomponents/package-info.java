/**
 * Blocking HTTP clients over SMC channels: {@code RestClient} and {@code RestTemplate} on Apache HttpComponents.
 *
 * <p>HttpComponents takes its sockets from a factory inside the connection manager, for which neither its builder nor
 * Spring Boot's has a setter. {@code SmcHttpComponentsCustomizer} therefore lets Boot configure a connection manager as
 * always, and then makes one from the same settings whose sockets are the provider's. {@code ConnectionManagers} keeps
 * one for each setting.
 */
package io.smc4j.spring.boot.autoconfigure.httpcomponents;
