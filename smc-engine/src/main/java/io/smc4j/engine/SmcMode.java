package io.smc4j.engine;

/** How the bytes of one connection travel, named as {@code smcss} names it. */
public enum SmcMode {
    /** Rings in memory shared by two processes of one host. */
    SMCD,
    /** RDMA writes into the peer's ring. */
    SMCR,
    /** The TCP connection itself: SMC was not tried, not possible or declined. */
    TCP
}
