package io.smc4j.engine.os.verbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.smc4j.engine.os.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * A reliable connected queue pair: one end of a link.
 *
 * <p>The states are reset, {@linkplain #toInit init} (receives can be posted),
 * {@linkplain #toReadyToReceive ready to receive}, {@linkplain #toReadyToSend ready to send}, and
 * {@linkplain #toError error}, in which every request is flushed.
 *
 * <p>Posting allocates nothing. The requests are built in memory of the queue pair: callers see to it that only one
 * thread posts sends and writes at a time, and only one posts receives; the two may overlap, and both may with polling.
 * They also see to it that no thread posts while another closes. Memory that was posted belongs to the device until the
 * completion; that of an inline send only during the call.
 */
public final class QueuePair extends NativeObject {

    private static final int MASK_24 = 0xFFFFFF;
    private static final int MIN_MTU_CODE = 1;
    private static final int MAX_MTU_CODE = 5;

    /** The attributes are those of net/smc, so that both ends of a link bear with the same. */
    private static final byte MAX_RD_ATOMIC = 1;
    /** 0.06 ms. */
    private static final byte MIN_RNR_TIMER = 5;
    /** 4.096 us * 2^15, 134 ms. */
    private static final byte TIMEOUT = 15;
    /** One less than the kernel's: Soft-RoCE takes 7, which is infinite for RNR, for infinite here, too. */
    private static final byte RETRIES = 6;
    /** For ever. */
    private static final byte RNR_RETRIES = 7;
    /** Enough for any route; within a subnet a router is not asked. */
    private static final byte HOP_LIMIT = 64;

    private final VerbsContext context;
    private final ContextOperations operations;
    private final int qpn;
    private final int maxInline;
    private final MemorySegment send = request(Abi.SEND_WR_SIZE, Abi.SEND_WR_SG_LIST, Abi.SEND_WR_NUM_SGE);
    private final MemorySegment sendElement = send.asSlice(Abi.SEND_WR_SIZE, Abi.SGE_SIZE);
    private final MemorySegment receive = request(Abi.RECV_WR_SIZE, Abi.RECV_WR_SG_LIST, Abi.RECV_WR_NUM_SGE);
    private final MemorySegment receiveElement = receive.asSlice(Abi.RECV_WR_SIZE, Abi.SGE_SIZE);
    /** Where the driver says which request failed; there is only one. */
    private final MemorySegment badSend = Arena.ofAuto().allocate(JAVA_LONG);
    private final MemorySegment badReceive = Arena.ofAuto().allocate(JAVA_LONG);

    QueuePair(VerbsContext context, long pointer, int maxInline) {
        super(context, pointer);
        this.context = context;
        this.maxInline = maxInline;
        operations = context.operations();
        qpn = MemorySegment.ofAddress(pointer).reinterpret(Abi.QP_PREFIX).get(JAVA_INT, Abi.QP_NUM);
    }

    /** A work request with its one buffer behind it. */
    private static MemorySegment request(long size, long list, long count) {
        MemorySegment request = Arena.ofAuto().allocate(size + Abi.SGE_SIZE, Long.BYTES);
        request.set(JAVA_LONG, list, request.address() + size);
        request.set(JAVA_INT, count, 1);
        return request;
    }

    /** The number of this queue pair, 24 bits. */
    public int qpn() {
        return qpn;
    }

    /** How many bytes a send can take in at once. */
    public int maxInline() {
        return maxInline;
    }

    /** From reset to init: receives can be posted, the peer will be allowed to write. */
    public void toInit(int port) throws VerbsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = attributes(arena, Abi.STATE_INIT);
            attributes.set(JAVA_BYTE, Abi.QP_ATTR_PORT_NUM, (byte) port);
            attributes.set(JAVA_INT, Abi.QP_ATTR_ACCESS_FLAGS, Abi.ACCESS_LOCAL_WRITE | Abi.ACCESS_REMOTE_WRITE);
            modify("INIT", attributes, Abi.QP_STATE | Abi.QP_PKEY_INDEX | Abi.QP_PORT | Abi.QP_ACCESS_FLAGS);
        }
    }

    /**
     * From init to ready to receive, with the smaller of the two ports' MTUs. The kernel looks the peer's address up in
     * the network, so this can block for a second.
     *
     * @param sgidIndex the place of our own GID in the port's table, below 256
     */
    public void toReadyToReceive(RemoteQueuePair remote, int sgidIndex, int port) throws VerbsException {
        int mtuCode = Math.min(remote.mtuCode(), context.port(port).mtuCode());
        if (mtuCode < MIN_MTU_CODE || mtuCode > MAX_MTU_CODE || sgidIndex < 0 || sgidIndex > 0xFF) {
            throw VerbsException.of("MTU code " + mtuCode + ", GID index " + sgidIndex, Errno.EINVAL);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = attributes(arena, Abi.STATE_RTR);
            attributes.set(JAVA_INT, Abi.QP_ATTR_PATH_MTU, mtuCode);
            attributes.set(JAVA_INT, Abi.QP_ATTR_DEST_QP_NUM, remote.qpn() & MASK_24);
            attributes.set(JAVA_INT, Abi.QP_ATTR_RQ_PSN, remote.psn() & MASK_24);
            attributes.set(JAVA_BYTE, Abi.QP_ATTR_MAX_DEST_RD_ATOMIC, MAX_RD_ATOMIC);
            attributes.set(JAVA_BYTE, Abi.QP_ATTR_MIN_RNR_TIMER, MIN_RNR_TIMER);
            attributes.set(JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN), Abi.QP_ATTR_DGID, remote.gidHigh());
            attributes.set(JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN), Abi.QP_ATTR_DGID + Long.BYTES, remote.gidLow());
            attributes.set(JAVA_BYTE, Abi.QP_ATTR_SGID_INDEX, (byte) sgidIndex);
            attributes.set(JAVA_BYTE, Abi.QP_ATTR_HOP_LIMIT, HOP_LIMIT);
            attributes.set(JAVA_BYTE, Abi.QP_ATTR_IS_GLOBAL, (byte) 1);
            attributes.set(JAVA_BYTE, Abi.QP_ATTR_AH_PORT_NUM, (byte) port);
            modify("RTR", attributes, Abi.QP_STATE | Abi.QP_AV | Abi.QP_PATH_MTU | Abi.QP_DEST_QPN | Abi.QP_RQ_PSN
                    | Abi.QP_MAX_DEST_RD_ATOMIC | Abi.QP_MIN_RNR_TIMER);
        }
    }

    /** From ready to receive to ready to send; {@code psn} is the sequence number the peer was told, 24 bits. */
    public void toReadyToSend(int psn) throws VerbsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = attributes(arena, Abi.STATE_RTS);
            attributes.set(JAVA_INT, Abi.QP_ATTR_SQ_PSN, psn & MASK_24);
            attributes.set(JAVA_BYTE, Abi.QP_ATTR_TIMEOUT, TIMEOUT);
            attributes.set(JAVA_BYTE, Abi.QP_ATTR_RETRY_CNT, RETRIES);
            attributes.set(JAVA_BYTE, Abi.QP_ATTR_RNR_RETRY, RNR_RETRIES);
            attributes.set(JAVA_BYTE, Abi.QP_ATTR_MAX_RD_ATOMIC, MAX_RD_ATOMIC);
            modify("RTS", attributes, Abi.QP_STATE | Abi.QP_TIMEOUT | Abi.QP_RETRY_CNT | Abi.QP_RNR_RETRY
                    | Abi.QP_SQ_PSN
                    | Abi.QP_MAX_QP_RD_ATOMIC);
        }
    }

    /** From any state to error: what is outstanding completes as {@linkplain CompletionQueue#FLUSHED flushed}. */
    public void toError() throws VerbsException {
        try (Arena arena = Arena.ofConfined()) {
            modify("ERR", attributes(arena, Abi.STATE_ERR), Abi.QP_STATE);
        }
    }

    private static MemorySegment attributes(Arena arena, int state) {
        MemorySegment attributes = arena.allocate(Abi.QP_ATTR_SIZE, Long.BYTES);
        attributes.set(JAVA_INT, Abi.QP_ATTR_STATE, state);
        return attributes;
    }

    private void modify(String state, MemorySegment attributes, int mask) throws VerbsException {
        int error = VerbsCalls.modifyQp(pointer(), attributes, mask);
        if (error != 0) {
            throw VerbsException.of("ibv_modify_qp to " + state + " on " + context.device(), error);
        }
    }

    /**
     * Posts a SEND, signaled and solicited.
     *
     * @param wrId reported with the completion
     * @param lkey the key of the region with {@code address}; without meaning if inline
     * @param inline whether the data are to be taken in at once; without effect beyond {@link #maxInline} bytes
     * @return 0 or the error number: {@link Errno#ENOMEM} if too many are outstanding, {@link Errno#EBADF} if closed
     */
    public int postSend(long wrId, long address, int length, int lkey, boolean inline) {
        int flags = Abi.SEND_SIGNALED | Abi.SEND_SOLICITED | (inline && length <= maxInline ? Abi.SEND_INLINE : 0);
        return post(wrId, address, length, lkey, Abi.WR_SEND, flags);
    }

    /**
     * Posts an RDMA WRITE. Places in the send queue free up when a later signaled request has completed.
     *
     * @param wrId reported with the completion, if signaled or failed
     * @param remoteAddress where in the peer's region
     * @param rkey the key of the peer's region
     * @return as {@link #postSend}
     */
    public int postWrite(long wrId, long address, int length, int lkey, long remoteAddress, int rkey,
            boolean signaled) {
        send.set(JAVA_LONG, Abi.SEND_WR_REMOTE_ADDR, remoteAddress);
        send.set(JAVA_INT, Abi.SEND_WR_RKEY, rkey);
        return post(wrId, address, length, lkey, Abi.WR_RDMA_WRITE, signaled ? Abi.SEND_SIGNALED : 0);
    }

    private int post(long wrId, long address, int length, int lkey, int opcode, int flags) {
        long pair = pointerOrZero();
        if (pair == 0) {
            return Errno.EBADF;
        }
        send.set(JAVA_LONG, Abi.SEND_WR_ID, wrId);
        send.set(JAVA_INT, Abi.SEND_WR_OPCODE, opcode);
        send.set(JAVA_INT, Abi.SEND_WR_FLAGS, flags);
        setElement(sendElement, address, length, lkey);
        return operations.postSend(pair, send, badSend);
    }

    /** Posts a buffer for a SEND of the peer; as {@link #postSend}. */
    public int postReceive(long wrId, long address, int length, int lkey) {
        long pair = pointerOrZero();
        if (pair == 0) {
            return Errno.EBADF;
        }
        receive.set(JAVA_LONG, Abi.RECV_WR_ID, wrId);
        setElement(receiveElement, address, length, lkey);
        return operations.postRecv(pair, receive, badReceive);
    }

    private static void setElement(MemorySegment element, long address, int length, int lkey) {
        element.set(JAVA_LONG, Abi.SGE_ADDR, address);
        element.set(JAVA_INT, Abi.SGE_LENGTH, length);
        element.set(JAVA_INT, Abi.SGE_LKEY, lkey);
    }

    @Override
    void destroy(long pointer) {
        VerbsCalls.destroyQp(pointer);
    }
}
