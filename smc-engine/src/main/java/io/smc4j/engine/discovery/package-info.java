/**
 * Who may be sent a Proposal, and how listeners make themselves known.
 *
 * <p>Begin with {@link io.smc4j.engine.discovery.Discovery}. {@link io.smc4j.engine.discovery.Markers} serve peers in
 * this network namespace, and {@link io.smc4j.engine.discovery.directory} those in others of this host. An
 * {@link io.smc4j.engine.discovery.Announcer} puts an option into TCP's handshake, for peers on other hosts.
 * {@link io.smc4j.engine.discovery.LearnedListeners} are those that have told by HTTP.
 * {@link io.smc4j.engine.discovery.RecentFailures} keeps from trying again too soon.
 */
package io.smc4j.engine.discovery;
