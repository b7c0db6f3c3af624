/**
 * The catalog: a reactive application on Reactor Netty that knows articles and prices and asks the inventory what is in
 * stock, with {@code RestTemplate} and {@code RestClient}. Nothing in it mentions SMC; the starter on its class path is
 * all there is.
 */
package io.smc4j.samples.quickstart.catalog;
