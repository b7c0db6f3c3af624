package io.smc4j.engine.os.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.SocketOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A listener's look at the SYN segments of its clients, for which no rights are needed: whether the client announced
 * SMC. Whether the answer announced it, too, is another matter, see {@link SynAnnouncer#answered}. Thread-safe.
 */
public final class SavedSyn {

    /** Kind, length and the magic "SMCR" in EBCDIC. */
    private static final byte[] OPTION = {(byte) 254, 6, (byte) 0xE2, (byte) 0xD4, (byte) 0xC3, (byte) 0xD9};
    static final int OPTION_LENGTH = 6;

    private static final int TCP_SAVE_SYN = 27;
    private static final int TCP_SAVED_SYN = 28;
    /** IPv4 and TCP headers have at most 60 bytes each; leaves room for extension headers of IPv6. */
    private static final int MAX_HEADERS = 1024;

    private static final int TCP = 6;
    private static final int IPV4_MIN_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int TCP_HEADER = 20;
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int END_OF_OPTIONS = 0;
    private static final int NO_OPERATION = 1;

    private SavedSyn() {
    }

    /** A copy of the option's {@value #OPTION_LENGTH} bytes. */
    static byte[] option() {
        return OPTION.clone();
    }

    /** From now on the kernel keeps the SYN of each connection of a listener; call it before {@code listen}. */
    public static void save(int listenerFd) throws OsException {
        SocketOptions.set(listenerFd, SocketOptions.IPPROTO_TCP, TCP_SAVE_SYN, 1);
    }

    /**
     * Whether the client's SYN carried the option. To be asked once for each accepted socket: the kernel gives the SYN
     * away.
     *
     * @return false also if the kernel has no SYN, as after a SYN cookie, or without {@link #save}
     */
    public static boolean hasSmcOption(int acceptedFd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment syn = arena.allocate(MAX_HEADERS);
            int length = BpfCalls.getsockopt(acceptedFd, SocketOptions.IPPROTO_TCP, TCP_SAVED_SYN, syn);
            return length > 0 && parse(ByteBuffer.wrap(syn.asSlice(0, length).toArray(JAVA_BYTE)));
        }
    }

    /**
     * Whether a SYN carries the option.
     *
     * @param syn from its IP header on, all that is left of the buffer; whatever it holds, the answer is false in doubt
     */
    static boolean parse(ByteBuffer syn) {
        int tcp = startOfTcp(syn);
        if (tcp < 0 || syn.limit() - tcp < TCP_HEADER) {
            return false;
        }
        int end = tcp + (unsigned(syn, tcp + 12) >> 4) * 4;
        if (end > syn.limit()) {
            return false;
        }
        int at = tcp + TCP_HEADER;
        while (at < end) {
            int kind = unsigned(syn, at);
            if (kind == END_OF_OPTIONS) {
                return false;
            }
            if (kind == NO_OPERATION) {
                at++;
                continue;
            }
            int length = at + 1 < end ? unsigned(syn, at + 1) : 0;
            if (length < 2 || length > end - at) {
                return false;
            }
            if (isSmc(syn, at, length)) {
                return true;
            }
            at += length;
        }
        return false;
    }

    /** Longer ones are taken as well if the length is even, as Linux does. */
    private static boolean isSmc(ByteBuffer syn, int at, int length) {
        if (length < OPTION_LENGTH || length % 2 != 0 || syn.get(at) != OPTION[0]) {
            return false;
        }
        for (int i = 2; i < OPTION_LENGTH; i++) {
            if (syn.get(at + i) != OPTION[i]) {
                return false;
            }
        }
        return true;
    }

    /** The index of the TCP header; -1 if there is none. */
    private static int startOfTcp(ByteBuffer syn) {
        int start = syn.position();
        int size = syn.remaining();
        if (size < IPV4_MIN_HEADER) {
            return -1;
        }
        int version = unsigned(syn, start) >> 4;
        if (version == 4) {
            int header = (unsigned(syn, start) & 0xF) * 4;
            return header >= IPV4_MIN_HEADER && unsigned(syn, start + 9) == TCP ? start + header : -1;
        }
        if (version != 6 || size < IPV6_HEADER) {
            return -1;
        }
        int next = unsigned(syn, start + 6);
        int at = start + IPV6_HEADER;
        while (next == HOP_BY_HOP || next == ROUTING || next == DESTINATION_OPTIONS) {
            if (syn.limit() - at < 8) {
                return -1;
            }
            next = unsigned(syn, at);
            at += (unsigned(syn, at + 1) + 1) * 8;
        }
        return next == TCP ? at : -1;
    }

    private static int unsigned(ByteBuffer syn, int index) {
        return Byte.toUnsignedInt(syn.get(index));
    }
}
