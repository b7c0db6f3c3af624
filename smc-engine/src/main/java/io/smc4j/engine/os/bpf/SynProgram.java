package io.smc4j.engine.os.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The BPF program (type {@code sock_ops}) that writes and looks for the option. The kernel calls it for every TCP
 * socket of the control group at certain moments, with a {@code struct bpf_sock_ops}; it does something in these:
 *
 * <ol>
 * <li>A socket begins to connect or to listen. If its cookie is in {@code sockets}, the program asks to be called for
 * the header
 *     options of this socket, and a listener's port is counted in {@code ports}.
 * <li>A segment's header is measured, and later written. A SYN gets the option if the socket is in {@code sockets}. A
 * SYN/ACK
 *     comes from a connection request, which has no way back to its listener but the local port; it gets the option if
 *     that port is counted, the SYN had the option and is not answered with a SYN cookie, and then the request is noted
 *     in {@code answered} by its cookie, which the accepted socket is going to inherit.
 * <li>A connection is established. If the SYN/ACK had the option, that is noted in {@code sockets}. Header options are
 * of no
 *     interest from now on, in the child of a listener neither; what another program asked for before stays as it is.
 * </ol>
 */
final class SynProgram {

    /** Bits of the first int of a value in {@code sockets}; the second is the port of a listener, 0 if it is none. */
    static final int PEER_ANNOUNCED = 1;
    /** Another program had asked for header options before this one did. */
    static final int SHARED_CALLBACK = 2;
    /** The program has met the socket. */
    static final int MET = 4;
    /** Offset of the port in a value of {@code sockets}. */
    static final int PORT = 4;

    /** What a listener adds to the value of its port in {@code ports}. */
    static final long LISTENER = 1;
    /** What it adds if it has {@link #SHARED_CALLBACK}. */
    static final long SHARED_LISTENER = 1L << 32 | LISTENER;

    private static final int OP_TCP_CONNECT = 3;
    private static final int OP_ACTIVE_ESTABLISHED = 4;
    private static final int OP_PASSIVE_ESTABLISHED = 5;
    private static final int OP_TCP_LISTEN = 11;
    private static final int OP_HDR_OPT_LEN = 14;
    private static final int OP_WRITE_HDR_OPT = 15;

    private static final int CONTEXT_OP = 0;
    /** While options are measured or written: 0 if it is for a real segment without SYN cookie. */
    private static final int CONTEXT_ARGUMENT = 4;
    /** In host byte order. */
    private static final int CONTEXT_LOCAL_PORT = 68;
    private static final int CONTEXT_CALLBACK_FLAGS = 84;
    private static final int CONTEXT_TCP_FLAGS = 212;

    private static final int MAP_LOOKUP_ELEM = 1;
    private static final int MAP_UPDATE_ELEM = 2;
    private static final int GET_SOCKET_COOKIE = 46;
    private static final int SOCK_OPS_CB_FLAGS_SET = 59;
    private static final int LOAD_HDR_OPT = 142;
    private static final int STORE_HDR_OPT = 143;
    private static final int RESERVE_HDR_OPT = 144;

    private static final int WRITE_HDR_OPT_CALLBACK = 1 << 6;
    /** For {@link #LOAD_HDR_OPT}: look into the SYN that was received. */
    private static final int IN_RECEIVED_SYN = 1;
    /** The option is there, but longer than ours. */
    private static final int ENOSPC = 28;

    private static final int SYN = 0x02;
    private static final int ACK = 0x10;

    /** Places in the stack frame, which the verifier wants written before use. */
    private static final int COOKIE = -8;
    private static final int OPTION = -16;
    private static final int SCRATCH = -24;

    private static final int FRAME = BpfAssembler.FRAME;
    private static final int CONTEXT = 6;
    private static final int OP = 7;
    private static final int KEPT = 8;
    private static final int ENTRY = 9;

    private final BpfAssembler code = new BpfAssembler();
    private final int sockets;
    private final int ports;
    private final int answered;

    private SynProgram(int sockets, int ports, int answered) {
        this.sockets = sockets;
        this.ports = ports;
        this.answered = answered;
    }

    /**
     * The instructions.
     *
     * @param sockets descriptor of a hash map, cookie (long) to two ints
     * @param ports descriptor of an array of 65536 longs
     * @param answered descriptor of a map, cookie (long) to a long
     */
    static ByteBuffer assemble(int sockets, int ports, int answered) {
        SynProgram program = new SynProgram(sockets, ports, answered);
        program.dispatch();
        program.begin();
        program.segment();
        program.established();
        program.code.label("out").set(0, 1).exit();
        return program.code.assemble();
    }

    private void dispatch() {
        code.move(CONTEXT, 1).loadInt(OP, CONTEXT, CONTEXT_OP)
                .ifEqual(OP, OP_HDR_OPT_LEN, "segment")
                .ifEqual(OP, OP_WRITE_HDR_OPT, "segment")
                .ifEqual(OP, OP_TCP_CONNECT, "begin")
                .ifEqual(OP, OP_TCP_LISTEN, "begin")
                .ifEqual(OP, OP_ACTIVE_ESTABLISHED, "active")
                .ifEqual(OP, OP_PASSIVE_ESTABLISHED, "passive")
                .go("out");
    }

    private void begin() {
        code.label("begin");
        findSocket();
        code.ifEqual(0, 0, "out").move(ENTRY, 0)
                .loadInt(KEPT, CONTEXT, CONTEXT_CALLBACK_FLAGS)
                .loadInt(1, ENTRY, 0)
                // A second attempt to connect finds the flag of the first.
                .ifAny(1, MET, "ask")
                .or(1, MET)
                .move(2, KEPT).and(2, WRITE_HDR_OPT_CALLBACK).ifEqual(2, 0, "met")
                .or(1, SHARED_CALLBACK)
                .label("met").storeInt(ENTRY, 0, 1)
                .label("ask").or(KEPT, WRITE_HDR_OPT_CALLBACK)
                .move(1, CONTEXT).move(2, KEPT).call(SOCK_OPS_CB_FLAGS_SET)
                .ifNotEqual(OP, OP_TCP_LISTEN, "out")
                .loadInt(1, ENTRY, PORT).ifNotEqual(1, 0, "out")
                .loadInt(1, CONTEXT, CONTEXT_LOCAL_PORT).storeInt(ENTRY, PORT, 1);
        findPort();
        code.ifEqual(0, 0, "out")
                .loadInt(2, ENTRY, 0)
                .setLong(1, SHARED_LISTENER).ifAny(2, SHARED_CALLBACK, "count").set(1, (int) LISTENER)
                .label("count").addLongAt(0, 0, 1).go("out");
    }

    private void segment() {
        code.label("segment")
                .loadInt(KEPT, CONTEXT, CONTEXT_TCP_FLAGS).and(KEPT, SYN | ACK)
                .ifEqual(KEPT, SYN | ACK, "answer")
                .ifNotEqual(KEPT, SYN, "out");
        findSocket();
        code.ifEqual(0, 0, "out").go("put")
                .label("answer")
                .loadInt(1, CONTEXT, CONTEXT_ARGUMENT).ifNotEqual(1, 0, "out");
        findPort();
        code.ifEqual(0, 0, "out").loadLong(1, 0, 0).ifEqual(1, 0, "out");
        option(IN_RECEIVED_SYN);
        code.call(LOAD_HDR_OPT).ifEqual(0, -ENOSPC, "put").ifNegative(0, "out")
                .label("put").ifEqual(OP, OP_WRITE_HDR_OPT, "write")
                .move(1, CONTEXT).set(2, SavedSyn.OPTION_LENGTH).set(3, 0).call(RESERVE_HDR_OPT).go("out")
                .label("write");
        option(0);
        code.call(STORE_HDR_OPT).ifNotEqual(0, 0, "out").ifEqual(KEPT, SYN, "out")
                .move(1, CONTEXT).call(GET_SOCKET_COOKIE).storeLong(FRAME, COOKIE, 0)
                .storeLongValue(FRAME, SCRATCH, 1)
                .setMap(1, answered).move(2, FRAME).addTo(2, COOKIE).move(3, FRAME).addTo(3, SCRATCH).set(4, 0)
                .call(MAP_UPDATE_ELEM).go("out");
    }

    private void established() {
        code.label("active");
        findSocket();
        code.ifEqual(0, 0, "out").move(ENTRY, 0);
        option(0);
        code.call(LOAD_HDR_OPT).loadInt(1, ENTRY, 0)
                .ifEqual(0, -ENOSPC, "announced").ifNegative(0, "done")
                .label("announced").or(1, PEER_ANNOUNCED).storeInt(ENTRY, 0, 1)
                .label("done").ifAny(1, SHARED_CALLBACK, "out")
                .label("clear").loadInt(2, CONTEXT, CONTEXT_CALLBACK_FLAGS).and(2, ~WRITE_HDR_OPT_CALLBACK)
                .move(1, CONTEXT).call(SOCK_OPS_CB_FLAGS_SET).go("out")
                .label("passive");
        findPort();
        code.ifEqual(0, 0, "out").loadLong(1, 0, 0).ifEqual(1, 0, "out")
                .shiftRight(1, 32).ifEqual(1, 0, "clear");
    }

    /** Register 0 = address of the value in {@code sockets}, or 0. */
    private void findSocket() {
        code.move(1, CONTEXT).call(GET_SOCKET_COOKIE).storeLong(FRAME, COOKIE, 0)
                .setMap(1, sockets).move(2, FRAME).addTo(2, COOKIE).call(MAP_LOOKUP_ELEM);
    }

    /** Register 0 = address of the value in {@code ports}; the verifier wants to see it compared with 0. */
    private void findPort() {
        code.loadInt(1, CONTEXT, CONTEXT_LOCAL_PORT).storeInt(FRAME, SCRATCH, 1)
                .setMap(1, ports).move(2, FRAME).addTo(2, SCRATCH).call(MAP_LOOKUP_ELEM);
    }

    /** The arguments for {@link #LOAD_HDR_OPT} and {@link #STORE_HDR_OPT}. */
    private void option(int flags) {
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).put(SavedSyn.option()).rewind();
        code.storeIntValue(FRAME, OPTION, bytes.getInt()).storeIntValue(FRAME, OPTION + 4, bytes.getInt())
                .move(1, CONTEXT).move(2, FRAME).addTo(2, OPTION).set(3, SavedSyn.OPTION_LENGTH).set(4, flags);
    }
}
