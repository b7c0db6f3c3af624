/**
 * The inventory: a servlet application on Tomcat that knows what is in stock and asks the catalog for prices, with
 * {@code WebClient}. Nothing in it mentions SMC; the starter on its class path is all there is.
 */
package io.smc4j.samples.quickstart.inventory;
