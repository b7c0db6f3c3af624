package io.smc4j.engine.os.verbs;

/**
 * Something happened to a device.
 *
 * @param type one of the constants, or another number of {@code enum ibv_event_type}
 * @param qpn the number of the queue pair it is about; 0 if it is about none
 * @param port the number of the port it is about; 0 if it is about none
 */
public record AsyncEvent(int type, int qpn, int port) {

    public static final int CQ_ERR = 0;
    public static final int QP_FATAL = 1;
    public static final int QP_REQ_ERR = 2;
    public static final int QP_ACCESS_ERR = 3;
    public static final int COMM_EST = 4;
    public static final int SQ_DRAINED = 5;
    public static final int PATH_MIG = 6;
    public static final int PATH_MIG_ERR = 7;
    /** The device is gone, or of no use any more. */
    public static final int DEVICE_FATAL = 8;
    public static final int PORT_ACTIVE = 9;
    public static final int PORT_ERR = 10;
    public static final int LID_CHANGE = 11;
    public static final int PKEY_CHANGE = 12;
    public static final int SM_CHANGE = 13;
    public static final int QP_LAST_WQE_REACHED = 16;
    public static final int CLIENT_REREGISTER = 17;
    public static final int GID_CHANGE = 18;

    /** Whether events of a type are about a queue pair. */
    static boolean aboutQueuePair(int type) {
        return type >= QP_FATAL && type <= PATH_MIG_ERR || type == QP_LAST_WQE_REACHED;
    }

    /** Whether events of a type are about a port. */
    static boolean aboutPort(int type) {
        return type >= PORT_ACTIVE && type <= SM_CHANGE || type == CLIENT_REREGISTER || type == GID_CHANGE;
    }
}
