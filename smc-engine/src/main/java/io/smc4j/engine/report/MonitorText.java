package io.smc4j.engine.report;

import io.smc4j.engine.Addresses;
import io.smc4j.engine.SmcFlow;
import io.smc4j.engine.SmcMonitor;
import java.time.Duration;

/** What the monitor sees, as text: how bytes flow by mode and by peer, and slow readers. */
final class MonitorText {

    private MonitorText() {
    }

    static String of(SmcMonitor monitor) {
        if (!monitor.enabled()) {
            return "";
        }
        TextTable flows = new TextTable("Mode", ">Link Group", ">Sent/s 1s", ">10s", ">60s", ">Received/s 1s", ">10s",
                ">60s", ">Unread", ">For", ">Stalled", ">Peer Stalled");
        monitor.modes().forEach((mode, flow) -> row(flows, mode, "all", flow));
        monitor.peers().forEach((peer) -> row(flows, peer.mode(), peer.linkGroup(), peer.flow()));
        StringBuilder text = new StringBuilder("\n").append(flows);
        text.append("Slow readers  ").append(monitor.slowReaders().size()).append(" now, ")
                .append(monitor.slowReaderEpisodes()).append(" episodes\n");
        if (!monitor.slowReaders().isEmpty()) {
            TextTable slow = new TextTable("Slow Reader", "Peer Address", "Mode", "Since", ">Unread");
            monitor.slowReaders().forEach((reader) -> slow.row(Addresses.text(reader.local()),
                    Addresses.text(reader.peer()), reader.mode(), reader.since(), reader.unread()));
            text.append(slow);
        }
        return text.toString();
    }

    private static void row(TextTable table, Object mode, Object group, SmcFlow flow) {
        table.row(mode, group, flow.last1s().sent(), flow.last10s().sent(), flow.last60s().sent(),
                flow.last1s().received(), flow.last10s().received(), flow.last60s().received(), flow.unread(),
                seconds(flow.unreadFor()), seconds(flow.stalled()), seconds(flow.peerStalled()));
    }

    private static String seconds(Duration time) {
        return time.toSeconds() + " s";
    }
}
