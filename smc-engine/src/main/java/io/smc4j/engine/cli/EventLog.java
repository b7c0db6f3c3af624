package io.smc4j.engine.cli;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells what happens to a connection, a line each: for people, or as JSON. Thread-safe. */
final class EventLog {

    private final PrintStream out;
    private final boolean json;

    EventLog(PrintStream out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /** A listener is ready. */
    void listening(InetSocketAddress address) {
        if (json) {
            Map<String, Object> event = event("listening");
            event.put("address", Addresses.format(address));
            event.put("host", Addresses.host(address));
            event.put("port", address.getPort());
            line(Json.write(event));
        } else {
            line("listening " + Addresses.format(address));
        }
    }

    /** The negotiation is over; {@code connection} says how it ended. */
    void connected(SmcSnapshot.Connection connection) {
        if (json) {
            Map<String, Object> event = event("connected");
            event.putAll(describe(connection.local(), connection.peer(), connection));
            line(Json.write(event));
        } else {
            line("connected " + Addresses.format(connection.peer()) + " " + mode(connection));
        }
    }

    /** The connection is over. Bytes are those moved; {@code last} is the engine's last view of it, or {@code null}. */
    void closed(InetSocketAddress local, InetSocketAddress peer, SmcSnapshot.Connection last, long sent,
            long received) {
        if (json) {
            Map<String, Object> event = event("closed");
            event.putAll(describe(local, peer, last));
            event.put("sent", sent);
            event.put("received", received);
            line(Json.write(event));
        } else {
            line("closed " + Addresses.format(peer) + " " + (last == null ? "mode unknown" : mode(last))
                    + " sent " + sent + " received " + received);
        }
    }

    /** The command failed. */
    void error(String message) {
        if (json) {
            Map<String, Object> event = event("error");
            event.put("message", message);
            line(Json.write(event));
        } else {
            line("smc4j: " + message);
        }
    }

    private synchronized void line(String text) {
        out.println(text);
        out.flush();
    }

    private static Map<String, Object> event(String name) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", name);
        return event;
    }

    private static String mode(SmcSnapshot.Connection connection) {
        if (connection.mode() == null) {
            return "mode undecided";
        }
        if (connection.mode() != SmcMode.TCP) {
            return "mode " + connection.mode() + " rings " + connection.sendBufferSize() + "/"
                    + connection.receiveBufferSize()
                    + (connection.mode() == SmcMode.SMCR ? link(connection) : "");
        }
        FallbackReason reason = connection.fallbackReason();
        if (reason == null) {
            return "mode TCP";
        }
        String diagnosis = connection.peerDiagnosis() == 0 ? ""
                : ", peer's diagnosis " + FallbackReason.codeText(connection.peerDiagnosis());
        return "mode TCP reason " + reason + " (" + FallbackReason.codeText(reason.code()) + "): " + reason.text()
                + diagnosis;
    }

    /** With shared memory there is one link group for each peer, and nothing to tell apart. */
    private static String link(SmcSnapshot.Connection connection) {
        return (connection.linkGroup() == 0 ? "" : " link group " + connection.linkGroup())
                + (connection.link() == 0 ? "" : " link " + connection.link());
    }

    private static Map<String, Object> describe(
            InetSocketAddress local, InetSocketAddress peer, SmcSnapshot.Connection connection) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("local", Addresses.format(local));
        map.put("peer", Addresses.format(peer));
        map.put("mode", connection == null || connection.mode() == null ? null : connection.mode().name());
        if (connection == null) {
            return map;
        }
        map.put("role", connection.role().name());
        map.put("sendBufferSize", connection.sendBufferSize());
        map.put("receiveBufferSize", connection.receiveBufferSize());
        if (connection.linkGroup() != 0) {
            map.put("linkGroup", connection.linkGroup());
        }
        if (connection.link() != 0) {
            map.put("link", connection.link());
        }
        FallbackReason reason = connection.fallbackReason();
        if (reason != null) {
            map.put("reason", reason.name());
            map.put("code", FallbackReason.codeText(reason.code()));
            map.put("text", reason.text());
            map.put("hint", reason.hint());
        }
        if (connection.peerDiagnosis() != 0) {
            map.put("peerDiagnosis", FallbackReason.codeText(connection.peerDiagnosis()));
        }
        return map;
    }
}
