/**
 * {@code RestTemplate} beans that have the JDK's {@code HttpURLConnection} for a client, on SMC channels.
 *
 * <p>{@code HttpURLConnection} makes its sockets itself; only where it speaks TLS does it ask somebody, an
 * {@code SSLSocketFactory}. So this is where channels come in, for plain HTTP as well: then the socket merely looks
 * like one of TLS. All else, from the request's bytes to timeouts and reuse of connections, is what the JDK does.
 */
package io.smc4j.spring.boot.autoconfigure.urlconnection;
