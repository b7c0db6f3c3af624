package io.smc4j.engine.smcd;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Tells a client whose Proposal was not answered by a CLC message who is at the other end of its TCP connection: an
 * engine whose application was faster, by writing first or by closing, or somebody else, who shares the port or stands
 * in between and has taken the Proposal for the application's bytes. Thread-safe.
 */
public final class Inquiries {

    /** What an engine says of a connection. */
    public enum Answer {
        /** It has left the Proposal unanswered. */
        OWN(ControlMessage.OWN),
        /** It has, and its application has reset the connection. */
        RESET(ControlMessage.RESET),
        /** It knows nothing of it. */
        NOT_OWN(ControlMessage.NOT_OWN);

        private final int type;

        Answer(int type) {
            this.type = type;
        }

        static Answer of(int type) {
            return type == ControlMessage.OWN ? OWN : type == ControlMessage.RESET ? RESET : NOT_OWN;
        }
    }

    /** Of those the client learns within moments. */
    private static final int MAX_REMEMBERED = 4096;

    /** A TCP connection as both of its ends see it. */
    private record Connection(long high, long low, int ports) {

        static Connection of(InetSocketAddress client, int serverPort) {
            ByteBuffer bytes = ByteBuffer.allocate(16);
            InetAddress address = client.getAddress();
            if (address instanceof Inet4Address) {
                bytes.putShort(10, (short) 0xFFFF).position(12);
            }
            bytes.put(address.getAddress());
            return new Connection(bytes.getLong(0), bytes.getLong(8), client.getPort() << 16 | serverPort);
        }

        static Connection of(ControlMessage message) {
            return new Connection(message.first(), message.second(), message.argument());
        }
    }

    private final Map<Connection, Answer> unanswered = new LinkedHashMap<>() {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Connection, Answer> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };
    private final Map<Connection, Asked> asked = new ConcurrentHashMap<>();

    /** No other peer may answer. */
    private record Asked(SmcdLinkGroup peer, Consumer<Answer> answer) {
    }

    Inquiries() {
    }

    /**
     * This engine has accepted a connection, and lets a Proposal on it go unanswered. Call it before the client can
     * notice.
     *
     * @param reset whether its application resets the connection
     */
    public void leaveUnanswered(InetSocketAddress client, int serverPort, boolean reset) {
        synchronized (unanswered) {
            unanswered.put(Connection.of(client, serverPort), reset ? Answer.RESET : Answer.OWN);
        }
    }

    /**
     * Asks a peer whether it has left a connection's Proposal unanswered.
     *
     * @param client the connection's local address
     * @param answer told once, on the control loop, if the peer answers; may be {@linkplain #forget forgotten} before
     */
    public void ask(SmcdLinkGroup peer, InetSocketAddress client, int serverPort, Consumer<Answer> answer) {
        Connection connection = Connection.of(client, serverPort);
        asked.put(connection, new Asked(peer, answer));
        peer.offer(new ControlMessage(ControlMessage.INQUIRY, connection.ports, connection.high, connection.low));
    }

    /** No answer is wanted any more. */
    public void forget(InetSocketAddress client, int serverPort) {
        asked.remove(Connection.of(client, serverPort));
    }

    /** Handles a message about a connection. */
    void received(SmcdLinkGroup peer, ControlMessage message) {
        Connection connection = Connection.of(message);
        if (message.type() == ControlMessage.INQUIRY) {
            Answer known;
            synchronized (unanswered) {
                known = unanswered.remove(connection);
            }
            Answer answer = known == null ? Answer.NOT_OWN : known;
            peer.offer(new ControlMessage(answer.type, connection.ports, connection.high, connection.low));
            return;
        }
        Asked waiting = asked.get(connection);
        if (waiting != null && waiting.peer == peer && asked.remove(connection, waiting)) {
            waiting.answer.accept(Answer.of(message.type()));
        }
    }

    static boolean concerns(ControlMessage message) {
        return message.type() >= ControlMessage.INQUIRY && message.type() <= ControlMessage.NOT_OWN
                || message.type() == ControlMessage.RESET;
    }
}
