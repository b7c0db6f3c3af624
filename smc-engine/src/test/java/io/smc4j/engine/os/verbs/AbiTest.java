package io.smc4j.engine.os.verbs;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import org.junit.jupiter.api.Test;

/** The offsets, against the structures as infiniband/verbs.h declares them, which the linker's rules lay out. */
class AbiTest {

    private static final StructLayout GLOBAL_ROUTE = structLayout(
            sequenceLayout(2, JAVA_LONG).withName("dgid"), JAVA_INT.withName("flow_label"),
            JAVA_BYTE.withName("sgid_index"), JAVA_BYTE.withName("hop_limit"), JAVA_BYTE.withName("traffic_class"),
            paddingLayout(1));

    private static final StructLayout ADDRESS_HANDLE = structLayout(
            GLOBAL_ROUTE.withName("grh"), JAVA_SHORT.withName("dlid"), JAVA_BYTE.withName("sl"),
            JAVA_BYTE.withName("src_path_bits"), JAVA_BYTE.withName("static_rate"), JAVA_BYTE.withName("is_global"),
            JAVA_BYTE.withName("port_num"), paddingLayout(1));

    private static final StructLayout CAPABILITIES = structLayout(
            JAVA_INT.withName("max_send_wr"), JAVA_INT.withName("max_recv_wr"), JAVA_INT.withName("max_send_sge"),
            JAVA_INT.withName("max_recv_sge"), JAVA_INT.withName("max_inline_data"));

    private static final StructLayout QP_ATTR = structLayout(
            JAVA_INT.withName("qp_state"), JAVA_INT.withName("cur_qp_state"), JAVA_INT.withName("path_mtu"),
            JAVA_INT.withName("path_mig_state"), JAVA_INT.withName("qkey"), JAVA_INT.withName("rq_psn"),
            JAVA_INT.withName("sq_psn"), JAVA_INT.withName("dest_qp_num"), JAVA_INT.withName("qp_access_flags"),
            CAPABILITIES.withName("cap"), ADDRESS_HANDLE.withName("ah_attr"), ADDRESS_HANDLE.withName("alt_ah_attr"),
            JAVA_SHORT.withName("pkey_index"), JAVA_SHORT.withName("alt_pkey_index"),
            JAVA_BYTE.withName("en_sqd_async_notify"), JAVA_BYTE.withName("sq_draining"),
            JAVA_BYTE.withName("max_rd_atomic"), JAVA_BYTE.withName("max_dest_rd_atomic"),
            JAVA_BYTE.withName("min_rnr_timer"), JAVA_BYTE.withName("port_num"), JAVA_BYTE.withName("timeout"),
            JAVA_BYTE.withName("retry_cnt"), JAVA_BYTE.withName("rnr_retry"), JAVA_BYTE.withName("alt_port_num"),
            JAVA_BYTE.withName("alt_timeout"), paddingLayout(1), JAVA_INT.withName("rate_limit"), paddingLayout(4));

    private static final StructLayout QP_INIT_ATTR = structLayout(
            ADDRESS.withName("qp_context"), ADDRESS.withName("send_cq"), ADDRESS.withName("recv_cq"),
            ADDRESS.withName("srq"), CAPABILITIES.withName("cap"), JAVA_INT.withName("qp_type"),
            JAVA_INT.withName("sq_sig_all"), paddingLayout(4));

    private static final StructLayout SGE = structLayout(
            JAVA_LONG.withName("addr"), JAVA_INT.withName("length"), JAVA_INT.withName("lkey"));

    private static final StructLayout SEND_WR = structLayout(
            JAVA_LONG.withName("wr_id"), ADDRESS.withName("next"), ADDRESS.withName("sg_list"),
            JAVA_INT.withName("num_sge"), JAVA_INT.withName("opcode"), JAVA_INT.withName("send_flags"),
            JAVA_INT.withName("imm_data"), JAVA_LONG.withName("remote_addr"), JAVA_INT.withName("rkey"),
            paddingLayout(4), sequenceLayout(2, JAVA_LONG).withName("rest of wr"), JAVA_LONG.withName("qp_type"),
            sequenceLayout(6, JAVA_LONG).withName("bind_mw or tso"));

    private static final StructLayout RECV_WR = structLayout(
            JAVA_LONG.withName("wr_id"), ADDRESS.withName("next"), ADDRESS.withName("sg_list"),
            JAVA_INT.withName("num_sge"), paddingLayout(4));

    private static final StructLayout WC = structLayout(
            JAVA_LONG.withName("wr_id"), JAVA_INT.withName("status"), JAVA_INT.withName("opcode"),
            JAVA_INT.withName("vendor_err"), JAVA_INT.withName("byte_len"), JAVA_INT.withName("imm_data"),
            JAVA_INT.withName("qp_num"), JAVA_INT.withName("src_qp"), JAVA_INT.withName("wc_flags"),
            JAVA_SHORT.withName("pkey_index"), JAVA_SHORT.withName("slid"), JAVA_BYTE.withName("sl"),
            JAVA_BYTE.withName("dlid_path_bits"), paddingLayout(2));

    private static final StructLayout PORT_ATTR = structLayout(
            JAVA_INT.withName("state"), JAVA_INT.withName("max_mtu"), JAVA_INT.withName("active_mtu"),
            JAVA_INT.withName("gid_tbl_len"), JAVA_INT.withName("port_cap_flags"), JAVA_INT.withName("max_msg_sz"),
            JAVA_INT.withName("bad_pkey_cntr"), JAVA_INT.withName("qkey_viol_cntr"),
            JAVA_SHORT.withName("pkey_tbl_len"), JAVA_SHORT.withName("lid"), JAVA_SHORT.withName("sm_lid"),
            JAVA_BYTE.withName("lmc"), JAVA_BYTE.withName("max_vl_num"), JAVA_BYTE.withName("sm_sl"),
            JAVA_BYTE.withName("subnet_timeout"), JAVA_BYTE.withName("init_type_reply"),
            JAVA_BYTE.withName("active_width"), JAVA_BYTE.withName("active_speed"), JAVA_BYTE.withName("phys_state"),
            JAVA_BYTE.withName("link_layer"), JAVA_BYTE.withName("flags"), JAVA_SHORT.withName("port_cap_flags2"),
            paddingLayout(2));

    private static final StructLayout GID_ENTRY = structLayout(
            sequenceLayout(2, JAVA_LONG).withName("gid"), JAVA_INT.withName("gid_index"), JAVA_INT.withName("port_num"),
            JAVA_INT.withName("gid_type"), JAVA_INT.withName("ndev_ifindex"));

    private static final StructLayout MR = structLayout(
            ADDRESS.withName("context"), ADDRESS.withName("pd"), ADDRESS.withName("addr"), JAVA_LONG.withName("length"),
            JAVA_INT.withName("handle"), JAVA_INT.withName("lkey"), JAVA_INT.withName("rkey"), paddingLayout(4));

    @Test
    void attributesOfQueuePairs() {
        assertThat(QP_ATTR.byteSize()).isEqualTo(Abi.QP_ATTR_SIZE);
        check(QP_ATTR, "qp_state", Abi.QP_ATTR_STATE);
        check(QP_ATTR, "path_mtu", Abi.QP_ATTR_PATH_MTU);
        check(QP_ATTR, "rq_psn", Abi.QP_ATTR_RQ_PSN);
        check(QP_ATTR, "sq_psn", Abi.QP_ATTR_SQ_PSN);
        check(QP_ATTR, "dest_qp_num", Abi.QP_ATTR_DEST_QP_NUM);
        check(QP_ATTR, "qp_access_flags", Abi.QP_ATTR_ACCESS_FLAGS);
        check(QP_ATTR, "ah_attr", Abi.QP_ATTR_DGID);
        long handle = offset(QP_ATTR, "ah_attr");
        assertThat(handle + offset(GLOBAL_ROUTE, "sgid_index")).isEqualTo(Abi.QP_ATTR_SGID_INDEX);
        assertThat(handle + offset(GLOBAL_ROUTE, "hop_limit")).isEqualTo(Abi.QP_ATTR_HOP_LIMIT);
        assertThat(handle + offset(ADDRESS_HANDLE, "is_global")).isEqualTo(Abi.QP_ATTR_IS_GLOBAL);
        assertThat(handle + offset(ADDRESS_HANDLE, "port_num")).isEqualTo(Abi.QP_ATTR_AH_PORT_NUM);
        check(QP_ATTR, "pkey_index", Abi.QP_ATTR_PKEY_INDEX);
        check(QP_ATTR, "max_rd_atomic", Abi.QP_ATTR_MAX_RD_ATOMIC);
        check(QP_ATTR, "max_dest_rd_atomic", Abi.QP_ATTR_MAX_DEST_RD_ATOMIC);
        check(QP_ATTR, "min_rnr_timer", Abi.QP_ATTR_MIN_RNR_TIMER);
        check(QP_ATTR, "port_num", Abi.QP_ATTR_PORT_NUM);
        check(QP_ATTR, "timeout", Abi.QP_ATTR_TIMEOUT);
        check(QP_ATTR, "retry_cnt", Abi.QP_ATTR_RETRY_CNT);
        check(QP_ATTR, "rnr_retry", Abi.QP_ATTR_RNR_RETRY);
    }

    @Test
    void creationOfQueuePairs() {
        assertThat(QP_INIT_ATTR.byteSize()).isEqualTo(Abi.QP_INIT_SIZE);
        check(QP_INIT_ATTR, "send_cq", Abi.QP_INIT_SEND_CQ);
        check(QP_INIT_ATTR, "recv_cq", Abi.QP_INIT_RECV_CQ);
        long capabilities = offset(QP_INIT_ATTR, "cap");
        assertThat(capabilities + offset(CAPABILITIES, "max_send_wr")).isEqualTo(Abi.QP_INIT_MAX_SEND_WR);
        assertThat(capabilities + offset(CAPABILITIES, "max_recv_wr")).isEqualTo(Abi.QP_INIT_MAX_RECV_WR);
        assertThat(capabilities + offset(CAPABILITIES, "max_send_sge")).isEqualTo(Abi.QP_INIT_MAX_SEND_SGE);
        assertThat(capabilities + offset(CAPABILITIES, "max_recv_sge")).isEqualTo(Abi.QP_INIT_MAX_RECV_SGE);
        assertThat(capabilities + offset(CAPABILITIES, "max_inline_data")).isEqualTo(Abi.QP_INIT_MAX_INLINE_DATA);
        check(QP_INIT_ATTR, "qp_type", Abi.QP_INIT_TYPE);
    }

    @Test
    void workRequests() {
        assertThat(SGE.byteSize()).isEqualTo(Abi.SGE_SIZE);
        check(SGE, "addr", Abi.SGE_ADDR);
        check(SGE, "length", Abi.SGE_LENGTH);
        check(SGE, "lkey", Abi.SGE_LKEY);
        assertThat(SEND_WR.byteSize()).isEqualTo(Abi.SEND_WR_SIZE);
        check(SEND_WR, "wr_id", Abi.SEND_WR_ID);
        check(SEND_WR, "sg_list", Abi.SEND_WR_SG_LIST);
        check(SEND_WR, "num_sge", Abi.SEND_WR_NUM_SGE);
        check(SEND_WR, "opcode", Abi.SEND_WR_OPCODE);
        check(SEND_WR, "send_flags", Abi.SEND_WR_FLAGS);
        check(SEND_WR, "remote_addr", Abi.SEND_WR_REMOTE_ADDR);
        check(SEND_WR, "rkey", Abi.SEND_WR_RKEY);
        assertThat(RECV_WR.byteSize()).isEqualTo(Abi.RECV_WR_SIZE);
        check(RECV_WR, "wr_id", Abi.RECV_WR_ID);
        check(RECV_WR, "sg_list", Abi.RECV_WR_SG_LIST);
        check(RECV_WR, "num_sge", Abi.RECV_WR_NUM_SGE);
    }

    @Test
    void workCompletions() {
        assertThat(WC.byteSize()).isEqualTo(Abi.WC_SIZE);
        check(WC, "wr_id", Abi.WC_WR_ID);
        check(WC, "status", Abi.WC_STATUS);
        check(WC, "opcode", Abi.WC_OPCODE);
        check(WC, "byte_len", Abi.WC_BYTE_LEN);
        check(WC, "qp_num", Abi.WC_QP_NUM);
    }

    @Test
    void portsGidsAndRegions() {
        assertThat(PORT_ATTR.byteSize()).isEqualTo(Abi.PORT_ATTR_SIZE);
        check(PORT_ATTR, "state", Abi.PORT_ATTR_STATE);
        check(PORT_ATTR, "active_mtu", Abi.PORT_ATTR_ACTIVE_MTU);
        check(PORT_ATTR, "gid_tbl_len", Abi.PORT_ATTR_GID_TBL_LEN);
        check(PORT_ATTR, "link_layer", Abi.PORT_ATTR_LINK_LAYER);
        assertThat(GID_ENTRY.byteSize()).isEqualTo(Abi.GID_ENTRY_SIZE);
        check(GID_ENTRY, "gid_index", Abi.GID_ENTRY_INDEX);
        check(GID_ENTRY, "port_num", Abi.GID_ENTRY_PORT);
        check(GID_ENTRY, "gid_type", Abi.GID_ENTRY_TYPE);
        check(GID_ENTRY, "ndev_ifindex", Abi.GID_ENTRY_NDEV_IFINDEX);
        assertThat(MR.byteSize()).isEqualTo(Abi.MR_SIZE);
        check(MR, "lkey", Abi.MR_LKEY);
        check(MR, "rkey", Abi.MR_RKEY);
    }

    private static void check(StructLayout struct, String field, long offset) {
        assertThat(offset(struct, field)).as(field).isEqualTo(offset);
    }

    private static long offset(MemoryLayout struct, String field) {
        return struct.byteOffset(groupElement(field));
    }
}
