/**
 * How a TCP connection becomes an SMC connection, or stays what it is.
 *
 * <p>{@link io.smc4j.engine.negotiation.Negotiations} begins them all. {@link io.smc4j.engine.discovery.Discovery} says
 * whom a Proposal may be sent to, and a {@link io.smc4j.engine.negotiation.ConnectPlan} makes of it what is tried with
 * one listener. A {@code ClientNegotiation} and a {@link io.smc4j.engine.negotiation.ServerNegotiation} then exchange
 * CLC messages over the TCP connection; at the end of each stands exactly one outcome: SMC, TCP with a reason, or no
 * connection. Both run on the engine's control loop, so that neither {@code accept} nor {@code connect} waits.
 *
 * <p>They know the order of the messages, and what to do when it is broken. What to propose is an
 * {@link io.smc4j.engine.link.Offer}'s. What happens between two messages, in shared memory or over RDMA, is a
 * {@link io.smc4j.engine.link.Contact}'s. {@code smcd} and {@code smcr} each have both. Beside an SMC-R connection a
 * {@link io.smc4j.engine.negotiation.Resumption} keeps the TCP connection, to go on over it if the path is lost. Where
 * {@link io.smc4j.engine.negotiation.KernelSmc} carries connections, nothing of this happens here.
 */
package io.smc4j.engine.negotiation;
