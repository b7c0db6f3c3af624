package io.smc4j.engine.smcd;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Tells a client whose Proposal was not answered by a CLC message who is at the other end of its TCP connection: an
 * engine whose application was faster, by writing first or by closing, or somebody else, who shares the port or stands
 * in between and has taken the Proposal for the application's bytes. Thread-safe.
 */
public final class Inquiries {

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

    private final Set<Connection> unanswered = Collections.newSetFromMap(new LinkedHashMap<>() {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Connection, Boolean> eldest) {
            return size() > MAX_REMEMBERED;
        }
    });
    private final Map<Connection, Asked> asked = new ConcurrentHashMap<>();

    /** No other peer may answer. */
    private record Asked(SmcdLinkGroup peer, Consumer<Boolean> answer) {
    }

    Inquiries() {
    }

    /**
     * This engine has accepted a connection, and lets a Proposal on it go unanswered. Call it before the client can
     * notice.
     */
    public void leaveUnanswered(InetSocketAddress client, int serverPort) {
        synchronized (unanswered) {
            unanswered.add(Connection.of(client, serverPort));
        }
    }

    /**
     * Asks a peer whether it has left a connection's Proposal unanswered.
     *
     * @param client the connection's local address
     * @param answer told once, on the control loop, if the peer answers; may be {@linkplain #forget forgotten} before
     */
    public void ask(SmcdLinkGroup peer, InetSocketAddress client, int serverPort, Consumer<Boolean> answer) {
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
            boolean known;
            synchronized (unanswered) {
                known = unanswered.remove(connection);
            }
            peer.offer(new ControlMessage(known ? ControlMessage.OWN : ControlMessage.NOT_OWN, connection.ports,
                    connection.high, connection.low));
            return;
        }
        Asked waiting = asked.get(connection);
        if (waiting != null && waiting.peer == peer && asked.remove(connection, waiting)) {
            waiting.answer.accept(message.type() == ControlMessage.OWN);
        }
    }

    static boolean concerns(ControlMessage message) {
        return message.type() >= ControlMessage.INQUIRY && message.type() <= ControlMessage.NOT_OWN;
    }
}
