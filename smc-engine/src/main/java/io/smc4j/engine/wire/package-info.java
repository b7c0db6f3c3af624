/**
 * The wire format of CLC, the connection layer control protocol of Shared Memory Communications (RFC 7609 and its
 * version 2): bytes to immutable values and back, without any I/O.
 *
 * <p>A reader peeks at a TCP stream, asks {@link io.smc4j.engine.wire.Clc#frame Clc.frame} how long the message is, and
 * hands exactly that many bytes to {@link io.smc4j.engine.wire.ClcMessage#decode ClcMessage.decode}. The client sends a
 * {@link io.smc4j.engine.wire.ClcProposal}, the server answers with a {@link io.smc4j.engine.wire.ClcAccept}, the client
 * closes with a {@link io.smc4j.engine.wire.ClcConfirm}; a {@link io.smc4j.engine.wire.ClcDecline} may take the place of
 * any of them.
 *
 * <p>Rules that hold for every type here:
 * <ul>
 * <li>Integers are big endian, whatever the order of the given buffer. The one field of the protocol that is in host
 *     order, the SMC-D link id, is opaque to the receiver: see {@link io.smc4j.engine.wire.SmcdDmb#linkId()}.</li>
 * <li>Bytes from a peer are hostile: decoding yields a value or a {@link io.smc4j.engine.wire.ClcFormatException}, never
 *     another exception, and never looks outside the message.</li>
 * <li>Reserved bytes, and fields that the offered types give no meaning, are written as zero and not looked at when
 *     read. So decoding and encoding again gives the canonical form of a message, which Linux's messages already have.</li>
 * <li>Whether a well-formed message is acceptable (a common EID, sane limits, a type that was proposed) is the
 *     negotiation's business.</li>
 * </ul>
 *
 * <p>All types are immutable and therefore thread-safe; no argument or result is {@code null}.
 */
package io.smc4j.engine.wire;
