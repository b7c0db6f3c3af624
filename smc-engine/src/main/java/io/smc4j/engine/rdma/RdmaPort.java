package io.smc4j.engine.rdma;

/** A port of an RDMA device, as it serves connections of one local address. */
public abstract class RdmaPort {

    RdmaPort() {
    }
}
