package io.smc4j.engine.negotiation;

import io.smc4j.engine.os.Epoll;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Sockets;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcFormatException;
import io.smc4j.engine.wire.ClcMessage;
import java.nio.ByteBuffer;

/**
 * CLC messages at the beginning of a TCP stream. Bytes are looked at before they are taken, so that what is not CLC
 * stays where it is. For one thread at a time.
 */
final class ClcInput {

    /** Where the connection's incoming bytes stand. */
    enum Inbound {
        /** None, or a part of a message. */
        INCOMPLETE,
        /** The stream has ended. */
        ENDED,
        /** The stream has ended within what may have been a message. */
        CUT,
        /** Something that is no CLC message. */
        FOREIGN,
        /** A message, which has been taken. */
        MESSAGE,
        /** Something with the frame of a message but no valid content, which has been taken. */
        MALFORMED
    }

    private ClcMessage message;

    /** Looks at what has come, and takes it if it is a CLC message; that is then {@link #message()}. */
    Inbound receive(int fd) throws OsException {
        ByteBuffer bytes = ByteBuffer.allocate(Clc.MAX_LENGTH);
        for (boolean closed = false;; closed = true) {
            int n = Sockets.peek(fd, bytes.clear());
            if (n == Sockets.EOF) {
                return Inbound.ENDED;
            }
            bytes.flip();
            int length = n == Sockets.UNAVAILABLE ? Clc.INCOMPLETE : Clc.frame(bytes);
            if (length == Clc.NOT_CLC || length > Clc.MAX_LENGTH
                    || length != Clc.INCOMPLETE && length < Clc.HEADER_LENGTH) {
                return Inbound.FOREIGN;
            }
            if (length != Clc.INCOMPLETE && n >= length) {
                return take(fd, bytes.limit(length));
            }
            if (closed) {
                return Inbound.CUT;
            }
            // While bytes are left to look at, only this shows the end of the stream. It ends what the next look sees.
            if (!isReadClosed(fd)) {
                return Inbound.INCOMPLETE;
            }
        }
    }

    private Inbound take(int fd, ByteBuffer bytes) throws OsException {
        Inbound result = Inbound.MESSAGE;
        try {
            message = ClcMessage.decode(bytes.slice());
        } catch (ClcFormatException e) {
            Negotiation.LOG.log(System.Logger.Level.DEBUG, "malformed CLC message", e);
            result = Inbound.MALFORMED;
        }
        Sockets.read(fd, bytes.rewind());
        return result;
    }

    /** Whether bytes have come that {@link #receive} has left. */
    static boolean hasBytes(int fd) throws OsException {
        return (Sockets.poll(fd, Sockets.POLLIN, 0) & Sockets.POLLIN) != 0;
    }

    private static boolean isReadClosed(int fd) throws OsException {
        int closed = Epoll.EPOLLRDHUP | Sockets.POLLHUP | Sockets.POLLERR;
        return (Sockets.poll(fd, Epoll.EPOLLRDHUP, 0) & closed) != 0;
    }

    /** The message taken last. */
    ClcMessage message() {
        return message;
    }
}
