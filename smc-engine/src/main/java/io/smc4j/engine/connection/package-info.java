/**
 * One SMC connection over two rings: the byte stream, its cursors, how threads wait for it, and how it ends.
 *
 * <p>Begin with {@link io.smc4j.engine.connection.SmcConnection}. A side writes into its peer's ring and publishes the
 * producer cursor; it reads from its own ring and publishes the consumer cursor. Cursors the peer wrote are checked
 * before use: memory from the peer is hostile.
 */
package io.smc4j.engine.connection;
