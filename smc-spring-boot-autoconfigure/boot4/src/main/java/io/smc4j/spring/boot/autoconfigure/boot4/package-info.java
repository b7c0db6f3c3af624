/**
 * What Spring Boot 4 has in other places than 3.x: factories of web servers, customizers of HTTP clients, and health.
 * Channels, event loops, Tomcat's protocol and the connection managers are those of all versions, from
 * smc-spring-boot-autoconfigure.
 */
package io.smc4j.spring.boot.autoconfigure.boot4;
