package io.smc4j.engine.connection;

import java.io.IOException;
import java.net.SocketException;

/**
 * What reads and writes say once the peer is gone: what Linux and the JDK say of TCP in the same order of calls, since
 * applications tell failures apart by type and text. Thread-safe.
 *
 * <ul>
 * <li>A reset is told once, to the read or write that comes first. A write is told of a broken pipe from then on. A
 * read is told of the reset again if a read was told before, and else of the end of the stream; unless the peer has
 * died, which a reader must not take for an orderly end.
 * <li>The first write after an orderly close succeeds: on TCP it is what makes the peer answer with a reset.
 * <li>A writer in the middle of a request goes on to write for a while if the peer has answered before it left. On TCP
 * the request is in the socket's buffer before a server is awake that answers early, and the writer comes to read the
 * answer; here the server may be that fast, or the writer held up.
 * </ul>
 */
final class PeerEnd {

    /** To what size Linux lets the send buffer of a TCP connection grow ({@code net.ipv4.tcp_wmem}). */
    private static final long TCP_SEND_BUFFER = 4 << 20;
    /** Who has written more may be in the middle of a request. After less, a write fails as on TCP. */
    private static final long SHORT_MESSAGE = 1024;
    private static final String BROKEN_PIPE = "Broken pipe";

    private final ConnectionState state;
    private final ReceiveSide in;
    private final SendSide out;
    private boolean told;
    private boolean toldReader;
    private boolean writtenInVain;
    private long dropped;
    /** How much was read at the last write. This and the next are the writing thread's. */
    private long readAtWrite;
    /** Bytes written since something was read. Who found no room has more to write. */
    private long written;

    PeerEnd(ConnectionState state, ReceiveSide in, SendSide out) {
        this.state = state;
        this.in = in;
        this.out = out;
    }

    /**
     * Something was written that the peer may have been there for.
     *
     * @param all whether there was room for all of it
     */
    void wrote(long length, boolean all) {
        long read = in.total();
        if (read != readAtWrite) {
            readAtWrite = read;
            written = 0;
        }
        written += all ? length : SHORT_MESSAGE + 1;
    }

    /**
     * There is nothing left to read, and nothing will come.
     *
     * @param reason why, unless the peer did it
     * @throws SocketException unless it is the end of the stream
     */
    synchronized void read(String reason) throws SocketException {
        if (toldReader || state.isReset() && (!told || state.isLinkDown())) {
            told = true;
            toldReader = true;
            SocketException reset = new SocketException("Connection reset");
            reset.initCause(cause(reason));
            throw reset;
        }
    }

    /**
     * Something is to be written that nobody will read.
     *
     * @throws IOException unless it counts as written
     */
    synchronized void write(long length, String reason) throws IOException {
        if (length == 0 || isBeforeAnAnswer(length)) {
            return;
        }
        if (isFirstInVain()) {
            wrote(length, true);
            return;
        }
        boolean reset = !told && state.isReset();
        told = true;
        throw new IOException(reset ? "Connection reset by peer" : BROKEN_PIPE, cause(reason));
    }

    private boolean isFirstInVain() {
        boolean first = !writtenInVain && state.isClosedByPeer() && out.isConsumed();
        writtenInVain = true;
        return first;
    }

    /** Whether the writer goes on with what it has begun, and will find an answer of which it has read nothing. */
    private boolean isBeforeAnAnswer(long length) {
        boolean before = written > SHORT_MESSAGE && readAtWrite == in.total() && in.hasData();
        if (!before || dropped + length > TCP_SEND_BUFFER) {
            return false;
        }
        writtenInVain = true;
        dropped += length;
        return true;
    }

    private static IOException cause(String reason) {
        return reason == null ? null : new IOException(reason);
    }
}
