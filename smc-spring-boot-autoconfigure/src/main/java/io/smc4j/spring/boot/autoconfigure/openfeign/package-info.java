/** OpenFeign over SMC channels, where its client is Apache HttpComponents. */
package io.smc4j.spring.boot.autoconfigure.openfeign;
