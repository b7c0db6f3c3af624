/**
 * An engine as an MBean, for processes that have no endpoint. {@link io.smc4j.engine.jmx.EngineMBeans} registers it as
 * soon as the process has a platform MBean server: to have one takes a quarter of a second, which is for those to spend
 * who want it. It stands on the values and the report alone.
 */
package io.smc4j.engine.jmx;
