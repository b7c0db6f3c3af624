/**
 * How a TCP connection becomes an SMC connection, or stays what it is.
 *
 * <p>{@link io.smc4j.engine.negotiation.Discovery} says whom a Proposal may be sent to. A
 * {@link io.smc4j.engine.negotiation.ClientNegotiation} and a {@link io.smc4j.engine.negotiation.ServerNegotiation} then
 * exchange CLC messages over the TCP connection; at the end of each stands exactly one outcome: SMC, TCP with a reason, or
 * no connection. Both run on the engine's control loop, so that neither {@code accept} nor {@code connect} waits.
 */
package io.smc4j.engine.negotiation;
