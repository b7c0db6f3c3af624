/**
 * The embedded Jetty on SMC channels: its connector is replaced by one whose listener and selectors are the engine's.
 */
package io.smc4j.spring.boot.autoconfigure.jetty;
