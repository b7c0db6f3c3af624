/**
 * The wire formats of Shared Memory Communications (RFC 7609 and its version 2): bytes to values and back, without any
 * I/O. There are three protocols.
 *
 * <p><b>CLC</b>, connection layer control, negotiates over TCP. A reader peeks at the stream, asks
 * {@link io.smc4j.engine.wire.Clc#frame Clc.frame} how long the message is, and hands exactly that many bytes to
 * {@link io.smc4j.engine.wire.ClcMessage#decode ClcMessage.decode}. The client sends a
 * {@link io.smc4j.engine.wire.ClcProposal}, the server answers with a {@link io.smc4j.engine.wire.ClcAccept}, the
 * client closes with a {@link io.smc4j.engine.wire.ClcConfirm}; a {@link io.smc4j.engine.wire.ClcDecline} may take the
 * place of any of them.
 *
 * <p><b>LLC</b>, link layer control, manages the links of SMC-R and the keys of its buffers, by messages sent over the
 * links themselves. {@link io.smc4j.engine.wire.LlcMessage#decode LlcMessage.decode} takes what was received; what it
 * rejects is to be dropped. The server proves a new link with a {@link io.smc4j.engine.wire.LlcConfirmLink} and may
 * offer a further one with a {@link io.smc4j.engine.wire.LlcAddLink}; buffers come and go with
 * {@link io.smc4j.engine.wire.LlcConfirmRkey} and {@link io.smc4j.engine.wire.LlcDeleteRkey}; a
 * {@link io.smc4j.engine.wire.LlcTestLink} keeps an idle link honest, and {@link io.smc4j.engine.wire.LlcDeleteLink}
 * ends it. Requests know their responses.
 *
 * <p><b>CDC</b>, connection data control, goes with the payload of each SMC-R connection, over the same links as LLC:
 * {@link io.smc4j.engine.wire.CdcMessage#isCdc CdcMessage.isCdc} tells the two apart. As there is one for every write,
 * {@link io.smc4j.engine.wire.CdcMessage} is no value but accessors to a buffer, which allocate nothing, and
 * {@link io.smc4j.engine.wire.CdcCursor} turns its cursors into positions and checks them.
 *
 * <p>Rules that hold for CLC and LLC:
 * <ul>
 * <li>Integers are big endian, whatever the order of the given buffer. Exceptions are in the order of the sender's
 * host:
 *     the SMC-D link id, which is opaque to the receiver (see {@link io.smc4j.engine.wire.SmcdAcceptBody#linkId()}),
 *     and in LLC version 2 the length, which is not looked at, and the number of remote keys of an ADD LINK. These two
 *     are little endian here, as on x86 and AArch64.</li>
 * <li>Bytes from a peer are hostile: decoding yields a value or a {@link io.smc4j.engine.wire.ClcFormatException} or
 *     {@link io.smc4j.engine.wire.LlcFormatException}, never another exception, and never looks outside the
 *     message.</li>
 * <li>Reserved bytes, and fields that the offered types give no meaning, are written as zero and not looked at when
 *     read. So decoding and encoding again gives the canonical form of a message, which Linux's messages already
 *     have.</li>
 * <li>Whether a well-formed message is acceptable (a common EID, sane limits, a type that was proposed, a flow that
 *     waits for it) is the business of negotiation and link.</li>
 * </ul>
 *
 * <p>All values are immutable and therefore thread-safe; no argument or result is {@code null}.
 */
package io.smc4j.engine.wire;
