/**
 * What Spring Boot 3.4 wants otherwise than 3.5: it has no customizers for the builders of HTTP clients.
 */
package io.smc4j.spring.boot.autoconfigure.boot34;
