/**
 * The embedded Undertow, which stays on TCP: it says so.
 */
package io.smc4j.spring.boot.autoconfigure.undertow;
