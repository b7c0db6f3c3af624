package io.smc4j.engine.events;

import io.smc4j.engine.Addresses;
import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.RuleInForce;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcMonitor.SlowReader;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcResources;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.SmcSnapshot.Role;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.FlightRecorder;

/**
 * Records by Flight Recorder. To load the first class of an event takes the Java runtime a good part of a second where
 * nobody has recorded yet, so none is touched before somebody does.
 */
final class FlightRecorderEvents implements EngineEvents {

    /** Whether somebody records, or has recorded, whatever it is. */
    private static boolean isRecorded() {
        return FlightRecorder.isInitialized();
    }

    // ---- connections

    @Override
    public Handshake beginHandshake() {
        return isRecorded() && ConnectionEvents.Handshake.ANY.isEnabled() ? new Attempt() : null;
    }

    private static final class Attempt implements Handshake {

        private final ConnectionEvents.Handshake event = new ConnectionEvents.Handshake();

        Attempt() {
            event.begin();
        }

        @Override
        public void over(Role role, InetSocketAddress peer, HandshakeOutcome outcome, SmcMode mode, int linkGroup,
                FallbackReason reason, int peerDiagnosis) {
            event.end();
            if (!event.shouldCommit()) {
                return;
            }
            event.side = role.name();
            event.peer = Addresses.text(peer);
            event.outcome = outcome.name();
            event.mode = name(mode);
            event.linkGroup = linkGroup;
            event.reason = name(reason);
            event.peerDiagnosis = diagnosis(peerDiagnosis);
            event.commit();
        }
    }

    @Override
    public void fallback(Role role, InetSocketAddress peer, FallbackReason reason, int peerDiagnosis) {
        if (!isRecorded() || !ConnectionEvents.Fallback.ANY.isEnabled()) {
            return;
        }
        ConnectionEvents.Fallback event = new ConnectionEvents.Fallback();
        event.side = role.name();
        event.peer = Addresses.text(peer);
        event.reason = reason.name();
        event.text = reason.text();
        event.peerDiagnosis = diagnosis(peerDiagnosis);
        event.commit();
    }

    @Override
    public Stall beginStall(Stall former) {
        if (!isRecorded() || !ConnectionEvents.Stall.ANY.isEnabled()) {
            return null;
        }
        StandStill stall = former == null ? new StandStill() : (StandStill) former;
        stall.event.begin();
        return stall;
    }

    private static final class StandStill implements Stall {

        private final ConnectionEvents.Stall event = new ConnectionEvents.Stall();

        @Override
        public void end() {
            event.end();
        }

        @Override
        public void record(long connection, SmcMode mode, InetSocketAddress local, InetSocketAddress peer) {
            if (event.shouldCommit()) {
                event.connection = connection;
                event.mode = name(mode);
                event.local = Addresses.text(local);
                event.peer = Addresses.text(peer);
                event.commit();
            }
        }
    }

    @Override
    public void slowReader(SlowReader reader) {
        if (!isRecorded() || !ConnectionEvents.SlowReader.ANY.isEnabled()) {
            return;
        }
        ConnectionEvents.SlowReader event = new ConnectionEvents.SlowReader();
        event.connection = reader.connection();
        event.mode = name(reader.mode());
        event.local = Addresses.text(reader.local());
        event.peer = Addresses.text(reader.peer());
        event.since = reader.since().toEpochMilli();
        event.unread = reader.unread();
        event.commit();
    }

    // ---- what connections share

    @Override
    public void linkGroupUp(Supplier<SmcSnapshot.LinkGroup> group) {
        if (isRecorded() && LinkEvents.GroupUp.ANY.isEnabled()) {
            new LinkEvents.GroupUp().commit(group.get());
        }
    }

    @Override
    public void linkGroupDown(Supplier<SmcSnapshot.LinkGroup> group, String reason) {
        if (isRecorded() && LinkEvents.GroupDown.ANY.isEnabled()) {
            LinkEvents.GroupDown event = new LinkEvents.GroupDown();
            SmcSnapshot.LinkGroup last = group.get();
            event.connections = last.connections();
            event.reason = reason;
            event.commit(last);
        }
    }

    @Override
    public void linkUp(int linkGroup, Supplier<SmcSnapshot.Link> link) {
        if (isRecorded() && LinkEvents.LinkUp.ANY.isEnabled()) {
            new LinkEvents.LinkUp().commit(linkGroup, link.get());
        }
    }

    @Override
    public void linkDown(int linkGroup, Supplier<SmcSnapshot.Link> link, String reason) {
        if (isRecorded() && LinkEvents.LinkDown.ANY.isEnabled()) {
            LinkEvents.LinkDown event = new LinkEvents.LinkDown();
            event.reason = reason;
            event.commit(linkGroup, link.get());
        }
    }

    // ---- the engine

    @Override
    public void scarce(SmcResources.Kind kind, SmcResources.Resource resource) {
        if (!isRecorded() || !ProcessEvents.ResourcePressure.ANY.isEnabled()) {
            return;
        }
        ProcessEvents.ResourcePressure event = new ProcessEvents.ResourcePressure();
        event.resource = kind.name();
        event.used = resource.used();
        event.limit = resource.limit() == null ? 0 : resource.limit();
        event.percent = resource.percent();
        event.lever = kind.lever();
        event.commit();
    }

    @Override
    public void policyChanged(PolicyTable.Change change) {
        if (!isRecorded() || !ProcessEvents.PolicyChange.ANY.isEnabled()) {
            return;
        }
        RuleInForce rule = change.rule();
        ProcessEvents.PolicyChange event = new ProcessEvents.PolicyChange();
        event.change = change.kind().name();
        event.id = rule.id();
        event.rule = text(rule.rule());
        event.origin = rule.origin().name();
        event.note = rule.note();
        event.expiry = rule.expiry() == null ? null : rule.expiry().toString();
        event.hits = rule.hits();
        event.commit();
    }

    // ---- values

    private static String name(Enum<?> value) {
        return value == null ? null : value.name();
    }

    private static String diagnosis(int code) {
        return code == 0 ? null : FallbackReason.codeText(code);
    }

    /** What it says, in one line. */
    private static String text(SmcPolicy.Rule rule) {
        return Stream.of(rule.action(), rule.direction(), rule.host(), rule.cidr(), rule.port())
                .filter(Objects::nonNull).map(part -> part instanceof Enum<?> ? part.toString().toLowerCase(Locale.ROOT)
                        : part.toString()).collect(Collectors.joining(" "));
    }
}
