package io.smc4j.engine.os.verbs;

/**
 * Offsets and values of libibverbs' binary interface ({@code infiniband/verbs.h}), in bytes. The structures are the
 * same on x86_64 and aarch64 as far as they are used, and only grow at their ends.
 */
final class Abi {

    /** {@code struct ibv_context}: the driver's functions, a table of pointers, come after the device. */
    static final long CONTEXT_POLL_CQ = 96;
    static final long CONTEXT_REQ_NOTIFY_CQ = 104;
    static final long CONTEXT_POST_SEND = 208;
    static final long CONTEXT_POST_RECV = 216;
    static final long CONTEXT_ASYNC_FD = 268;
    /** What comes before the mutex, whose size is not the same on all processors. */
    static final long CONTEXT_PREFIX = 280;

    /** {@code struct ibv_device_attr}. */
    static final long DEVICE_ATTR_PHYS_PORT_CNT = 227;
    static final long DEVICE_ATTR_SIZE = 232;

    /** {@code struct ibv_port_attr}: the exported {@code ibv_query_port} fills only what precedes the flags. */
    static final long PORT_ATTR_STATE = 0;
    static final long PORT_ATTR_ACTIVE_MTU = 8;
    static final long PORT_ATTR_GID_TBL_LEN = 12;
    static final long PORT_ATTR_LINK_LAYER = 46;
    static final long PORT_ATTR_SIZE = 52;
    static final int PORT_STATE_ACTIVE = 4;
    static final int LINK_LAYER_ETHERNET = 2;

    /** {@code struct ibv_gid_entry}. */
    static final long GID_ENTRY_INDEX = 16;
    static final long GID_ENTRY_PORT = 20;
    static final long GID_ENTRY_TYPE = 24;
    static final long GID_ENTRY_NDEV_IFINDEX = 28;
    static final long GID_ENTRY_SIZE = 32;
    static final long GID_SIZE = 16;

    /** {@code struct ibv_mr}. */
    static final long MR_LKEY = 36;
    static final long MR_RKEY = 40;
    static final long MR_SIZE = 48;
    static final int ACCESS_LOCAL_WRITE = 1;
    static final int ACCESS_REMOTE_WRITE = 1 << 1;

    /** {@code struct ibv_comp_channel}. */
    static final long COMP_CHANNEL_FD = 8;
    static final long COMP_CHANNEL_SIZE = 16;

    /** {@code struct ibv_async_event}: a pointer to the object or the number of the port, then the type. */
    static final long ASYNC_EVENT_TYPE = 8;
    static final long ASYNC_EVENT_SIZE = 16;

    /** {@code struct ibv_qp}. */
    static final long QP_NUM = 52;
    static final long QP_PREFIX = 56;

    /** {@code struct ibv_qp_init_attr}. */
    static final long QP_INIT_SEND_CQ = 8;
    static final long QP_INIT_RECV_CQ = 16;
    static final long QP_INIT_MAX_SEND_WR = 32;
    static final long QP_INIT_MAX_RECV_WR = 36;
    static final long QP_INIT_MAX_SEND_SGE = 40;
    static final long QP_INIT_MAX_RECV_SGE = 44;
    static final long QP_INIT_MAX_INLINE_DATA = 48;
    static final long QP_INIT_TYPE = 52;
    static final long QP_INIT_SIZE = 64;
    static final int QP_TYPE_RC = 2;

    /** {@code struct ibv_qp_attr}. */
    static final long QP_ATTR_STATE = 0;
    static final long QP_ATTR_PATH_MTU = 8;
    static final long QP_ATTR_RQ_PSN = 20;
    static final long QP_ATTR_SQ_PSN = 24;
    static final long QP_ATTR_DEST_QP_NUM = 28;
    static final long QP_ATTR_ACCESS_FLAGS = 32;
    static final long QP_ATTR_DGID = 56;
    static final long QP_ATTR_SGID_INDEX = 76;
    static final long QP_ATTR_HOP_LIMIT = 77;
    static final long QP_ATTR_IS_GLOBAL = 85;
    static final long QP_ATTR_AH_PORT_NUM = 86;
    static final long QP_ATTR_PKEY_INDEX = 120;
    static final long QP_ATTR_MAX_RD_ATOMIC = 126;
    static final long QP_ATTR_MAX_DEST_RD_ATOMIC = 127;
    static final long QP_ATTR_MIN_RNR_TIMER = 128;
    static final long QP_ATTR_PORT_NUM = 129;
    static final long QP_ATTR_TIMEOUT = 130;
    static final long QP_ATTR_RETRY_CNT = 131;
    static final long QP_ATTR_RNR_RETRY = 132;
    static final long QP_ATTR_SIZE = 144;

    static final int STATE_INIT = 1;
    static final int STATE_RTR = 2;
    static final int STATE_RTS = 3;
    static final int STATE_ERR = 6;

    /** Which fields of {@code struct ibv_qp_attr} count. */
    static final int QP_STATE = 1;
    static final int QP_ACCESS_FLAGS = 1 << 3;
    static final int QP_PKEY_INDEX = 1 << 4;
    static final int QP_PORT = 1 << 5;
    static final int QP_AV = 1 << 7;
    static final int QP_PATH_MTU = 1 << 8;
    static final int QP_TIMEOUT = 1 << 9;
    static final int QP_RETRY_CNT = 1 << 10;
    static final int QP_RNR_RETRY = 1 << 11;
    static final int QP_RQ_PSN = 1 << 12;
    static final int QP_MAX_QP_RD_ATOMIC = 1 << 13;
    static final int QP_MIN_RNR_TIMER = 1 << 15;
    static final int QP_SQ_PSN = 1 << 16;
    static final int QP_MAX_DEST_RD_ATOMIC = 1 << 17;
    static final int QP_DEST_QPN = 1 << 20;

    /** {@code struct ibv_sge}. */
    static final long SGE_ADDR = 0;
    static final long SGE_LENGTH = 8;
    static final long SGE_LKEY = 12;
    static final long SGE_SIZE = 16;

    /** {@code struct ibv_send_wr}. */
    static final long SEND_WR_ID = 0;
    static final long SEND_WR_SG_LIST = 16;
    static final long SEND_WR_NUM_SGE = 24;
    static final long SEND_WR_OPCODE = 28;
    static final long SEND_WR_FLAGS = 32;
    static final long SEND_WR_REMOTE_ADDR = 40;
    static final long SEND_WR_RKEY = 48;
    static final long SEND_WR_SIZE = 128;
    static final int WR_RDMA_WRITE = 0;
    static final int WR_SEND = 2;
    static final int SEND_SIGNALED = 1 << 1;
    static final int SEND_SOLICITED = 1 << 2;
    static final int SEND_INLINE = 1 << 3;

    /** {@code struct ibv_recv_wr}. */
    static final long RECV_WR_ID = 0;
    static final long RECV_WR_SG_LIST = 16;
    static final long RECV_WR_NUM_SGE = 24;
    static final long RECV_WR_SIZE = 32;

    /** {@code struct ibv_wc}. */
    static final long WC_WR_ID = 0;
    static final long WC_STATUS = 8;
    static final long WC_OPCODE = 12;
    static final long WC_BYTE_LEN = 20;
    static final long WC_QP_NUM = 28;
    static final long WC_SIZE = 48;

    private Abi() {
    }
}
