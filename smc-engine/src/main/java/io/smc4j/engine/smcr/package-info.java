/**
 * SMC-R: link groups over RDMA queue pairs, with peers on other hosts. Its sibling is {@code smcd}.
 *
 * <p>Begin with {@link io.smc4j.engine.smcr.Rdma}: what an engine has of RDMA. A connection comes about by a
 * {@link io.smc4j.engine.link.ClientContact} or {@link io.smc4j.engine.link.ServerContact}, which know what the CLC
 * messages say and what has to happen over RDMA meanwhile. A link group has one or two links, each a queue pair; LLC
 * messages manage them, and CDC messages carry the cursors of connections.
 *
 * <p>Everything but the data path runs on the engine's control loop, which also takes the completions.
 */
package io.smc4j.engine.smcr;
