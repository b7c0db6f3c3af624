/**
 * How two TCP peers tell each other in their SYN segments that they can do SMC: the experimental TCP option (kind 254)
 * with the magic "SMCR" in EBCDIC. No socket option of Linux sets it on a plain TCP socket, so a BPF program does.
 *
 * <ul>
 * <li>{@link io.smc4j.engine.os.bpf.SynAnnouncer} loads the program, says of which sockets the SYN or SYN/ACK is to
 * carry the
 *     option, and tells whether the peer's did. It needs rights; {@link io.smc4j.engine.os.bpf.BpfException} says what
 *     is missing.
 * <li>{@link io.smc4j.engine.os.bpf.SavedSyn} lets a listener see the option in a client's SYN without any rights.
 * </ul>
 *
 * <p>Both sides having announced, the protocol demands a CLC handshake. So nothing but a socket that its owner named
 * may ever announce: the program looks each socket's cookie up in a map, and leaves alone what it does not find. It
 * hangs on the control group of this process by a link, so that it vanishes with the process, beside whatever programs
 * others have put there.
 *
 * <p>Inside, {@code SynProgram} is the program, written with {@code BpfAssembler}, {@code BpfCalls} are the bare system
 * calls, {@code BpfMap} is a table shared with the program, and {@code ControlGroup} finds the directory. This package
 * imports {@code io.smc4j.engine.os} and nothing else of the engine.
 */
package io.smc4j.engine.os.bpf;
