/**
 * What both kinds of link group have in common. {@code smcd} and {@code smcr} are the two kinds.
 *
 * <p>A {@link io.smc4j.engine.link.LinkGroup} joins this process and one peer. A connection reads from its
 * {@link io.smc4j.engine.link.LocalRing} and writes to its {@link io.smc4j.engine.link.PeerRing}. A waiting thread is
 * woken by a {@link io.smc4j.engine.link.Doorbell}, before which it may poll as {@link io.smc4j.engine.link.Spinner}
 * permits. An {@link io.smc4j.engine.link.Offer} and a {@link io.smc4j.engine.link.Contact} are how a connection comes
 * about. {@link io.smc4j.engine.link.ControlLoop} is the engine's one thread. {@code SegmentLayout} describes the
 * memory.
 */
package io.smc4j.engine.link;
