package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * CDC (connection data control) of SMC-R: the message that follows the RDMA writes of a connection and carries both of
 * its sender's cursors. It is the same in versions 1 and 2.
 *
 * <pre>
 * off  size  field
 *   0     1  type, 0xFE
 *   1     1  length, 44
 *   2     2  sequence number, per connection and direction: the first message has 1, it wraps
 *   4     4  alert token of the receiver, from its Accept or Confirm
 *   8     2  reserved
 *  10     2  producer cursor: wrap
 *  12     4  producer cursor: count, an offset in the receiver's RMB element
 *  16     2  reserved
 *  18     2  consumer cursor: wrap
 *  20     4  consumer cursor: count, an offset in the sender's own RMB element
 *  24     1  producer flags
 *  25     1  connection state flags
 *  26    18  reserved
 * </pre>
 *
 * <p>One such message goes with every write, so there is no value for it: these accessors read and write a buffer in
 * place and allocate nothing. The buffer's order must be {@link ByteOrder#BIG_ENDIAN}; offsets are absolute, and
 * neither position nor limit is used or changed. Every accessor but {@link #isCdc} relies on it that {@value #LENGTH}
 * bytes are there. What the fields say is not checked: for cursors, {@link CdcCursor} does.
 *
 * <p>The methods hold no state; concurrent use is as safe as the buffer's.
 */
public final class CdcMessage {

    /** Bytes of a message. */
    public static final int LENGTH = 44;
    /** First byte of a message, unsigned. */
    public static final int TYPE = 0xFE;

    /** Producer flag: the sender has more bytes than the receiver's RMB element has room for. */
    public static final int WRITE_BLOCKED = 0x80;
    /** Producer flag: an urgent byte is under way. */
    public static final int URGENT_PENDING = 0x40;
    /** Producer flag: the last byte before the producer cursor is urgent. */
    public static final int URGENT_PRESENT = 0x20;
    /** Producer flag: the sender asks for a CDC message with the current consumer cursor. */
    public static final int UPDATE_REQUESTED = 0x10;
    /** Producer flag: sent after a change of links, only to compare sequence numbers; there are no cursors in it. */
    public static final int FAILOVER_VALIDATION = 0x08;

    /** State flag: the sender has shut down its writing side. Sticky, as all state flags. */
    public static final int DONE_WRITING = 0x80;
    /** State flag: the sender has closed the connection. */
    public static final int CLOSED = 0x40;
    /** State flag: the sender has ended the connection abnormally. */
    public static final int ABORT = 0x20;

    private static final int LENGTH_OFFSET = 1;
    private static final int SEQUENCE_OFFSET = 2;
    private static final int TOKEN_OFFSET = 4;
    // With the two reserved bytes before it, which are zero, a wrap is written as one int.
    private static final int PRODUCER_WRAP_INT_OFFSET = 8;
    private static final int PRODUCER_WRAP_OFFSET = 10;
    private static final int PRODUCER_COUNT_OFFSET = 12;
    private static final int CONSUMER_WRAP_INT_OFFSET = 16;
    private static final int CONSUMER_WRAP_OFFSET = 18;
    private static final int CONSUMER_COUNT_OFFSET = 20;
    private static final int PRODUCER_FLAGS_OFFSET = 24;
    private static final int STATE_FLAGS_OFFSET = 25;
    private static final int RESERVED_OFFSET = 28;

    private CdcMessage() {
    }

    /**
     * Writes a message, all of its {@value #LENGTH} bytes.
     *
     * @param out a big endian buffer
     * @param offset index of the first byte
     * @param sequence sequence number, of which the lower 16 bits count
     * @param token the receiver's alert token
     * @param producerWrap wrap of the producer cursor, of which the lower 16 bits count
     * @param producerCount count of the producer cursor
     * @param consumerWrap wrap of the consumer cursor, of which the lower 16 bits count
     * @param consumerCount count of the consumer cursor
     * @param producerFlags producer flags, of which the lower 8 bits count
     * @param stateFlags state flags, of which the lower 8 bits count
     * @throws IndexOutOfBoundsException if the message does not fit; part of it may have been written then
     */
    public static void encode(ByteBuffer out, int offset, int sequence, int token, int producerWrap, int producerCount,
            int consumerWrap, int consumerCount, int producerFlags, int stateFlags) {
        assert out.order() == ByteOrder.BIG_ENDIAN;
        out.putInt(offset, TYPE << 24 | LENGTH << 16 | sequence & 0xFFFF);
        out.putInt(offset + TOKEN_OFFSET, token);
        out.putInt(offset + PRODUCER_WRAP_INT_OFFSET, producerWrap & 0xFFFF);
        out.putInt(offset + PRODUCER_COUNT_OFFSET, producerCount);
        out.putInt(offset + CONSUMER_WRAP_INT_OFFSET, consumerWrap & 0xFFFF);
        out.putInt(offset + CONSUMER_COUNT_OFFSET, consumerCount);
        out.putInt(offset + PRODUCER_FLAGS_OFFSET, (producerFlags & 0xFF) << 24 | (stateFlags & 0xFF) << 16);
        out.putLong(offset + RESERVED_OFFSET, 0);
        out.putLong(offset + RESERVED_OFFSET + Long.BYTES, 0);
    }

    /**
     * Whether received bytes are a CDC message; all others are LLC's, or to be ignored.
     *
     * @param offset index of the first received byte
     * @param length number of received bytes, which must be in the buffer; less than {@value #LENGTH} is no CDC message
     */
    public static boolean isCdc(ByteBuffer in, int offset, int length) {
        return length >= LENGTH && Fields.getU8(in, offset) == TYPE && in.get(offset + LENGTH_OFFSET) == LENGTH;
    }

    /** The sequence number, 0 to 65535. */
    public static int sequence(ByteBuffer in, int offset) {
        return getU16(in, offset + SEQUENCE_OFFSET);
    }

    /** The receiver's alert token, which names the connection. */
    public static int token(ByteBuffer in, int offset) {
        return getInt(in, offset + TOKEN_OFFSET);
    }

    /** Wrap of the producer cursor, 0 to 65535. */
    public static int producerWrap(ByteBuffer in, int offset) {
        return getU16(in, offset + PRODUCER_WRAP_OFFSET);
    }

    /** Count of the producer cursor; unsigned and unchecked, so it may come out negative. */
    public static int producerCount(ByteBuffer in, int offset) {
        return getInt(in, offset + PRODUCER_COUNT_OFFSET);
    }

    /** Wrap of the consumer cursor, 0 to 65535. */
    public static int consumerWrap(ByteBuffer in, int offset) {
        return getU16(in, offset + CONSUMER_WRAP_OFFSET);
    }

    /** Count of the consumer cursor; unsigned and unchecked, so it may come out negative. */
    public static int consumerCount(ByteBuffer in, int offset) {
        return getInt(in, offset + CONSUMER_COUNT_OFFSET);
    }

    /** The producer flags, such as {@link #WRITE_BLOCKED}; 0 to 255. */
    public static int producerFlags(ByteBuffer in, int offset) {
        return Fields.getU8(in, offset + PRODUCER_FLAGS_OFFSET);
    }

    /** Whether it only asks, over another link, whether a message has come. */
    public static boolean isFailoverValidation(ByteBuffer in, int offset) {
        return (producerFlags(in, offset) & FAILOVER_VALIDATION) != 0;
    }

    /** The connection state flags, such as {@link #CLOSED}; 0 to 255. */
    public static int stateFlags(ByteBuffer in, int offset) {
        return Fields.getU8(in, offset + STATE_FLAGS_OFFSET);
    }

    /**
     * Whether a sequence number is older than another, by their 16-bit difference taken as signed. A message older than
     * the last one of its connection is to be ignored.
     */
    public static boolean isOlder(int sequence, int reference) {
        return (short) (sequence - reference) < 0;
    }

    private static int getU16(ByteBuffer in, int index) {
        assert in.order() == ByteOrder.BIG_ENDIAN;
        return Fields.getU16(in, index);
    }

    private static int getInt(ByteBuffer in, int index) {
        assert in.order() == ByteOrder.BIG_ENDIAN;
        return in.getInt(index);
    }
}
