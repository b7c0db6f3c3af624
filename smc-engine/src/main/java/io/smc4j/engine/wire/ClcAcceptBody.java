package io.smc4j.engine.wire;

/**
 * The sender's receive buffer, and the way there: the part of Accept and Confirm that SMC-R and SMC-D have of their
 * own.
 */
public sealed interface ClcAcceptBody permits SmcrAcceptBody, SmcdAcceptBody {

    /** Bytes of the buffer that has size code 0. */
    int MIN_BUFFER_SIZE = 16 * 1024;

    /** The largest size code the four bits of its field can hold. */
    int MAX_SIZE_CODE = 15;

    /** The size of the sender's receive buffer: 0 is 16 KiB, and each further step doubles it. */
    int sizeCode();

    /** The size of the sender's receive buffer, in bytes. */
    default int bufferSize() {
        return MIN_BUFFER_SIZE << sizeCode();
    }

    /**
     * The size code of a buffer.
     *
     * @param bytes the buffer's size: 16 KiB times a power of two, 512 MiB at most
     * @throws IllegalArgumentException if there is no code for this size
     */
    static int sizeCode(int bytes) {
        int code = Integer.numberOfTrailingZeros(bytes) - Integer.numberOfTrailingZeros(MIN_BUFFER_SIZE);
        Fields.require(code >= 0 && code <= MAX_SIZE_CODE && Integer.bitCount(bytes) == 1, "no size code for " + bytes);
        return code;
    }
}
