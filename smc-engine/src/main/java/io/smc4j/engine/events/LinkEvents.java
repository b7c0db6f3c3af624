package io.smc4j.engine.events;

import io.smc4j.engine.SmcSnapshot;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Events of what connections share. */
final class LinkEvents {

    private LinkEvents() {
    }

    /** What both events of a link group tell. */
    @Category("SMC")
    @StackTrace(false)
    abstract static class Group extends Event {

        @Label("Link Group")
        int linkGroup;

        @Label("Mode")
        String mode;

        @Label("Side")
        @Description("CLIENT has begun it")
        String side;

        @Label("Peer GID")
        String peerGid;

        @Label("Peer PID")
        @Description("0 if the peer is on another host")
        int peerPid;

        @Label("Peer Host")
        @Description("As the peer says, of SMC-R")
        String peerHost;

        void commit(SmcSnapshot.LinkGroup group) {
            linkGroup = group.id();
            mode = group.mode().name();
            side = group.role().name();
            peerGid = group.peerGid();
            peerPid = group.peerPid();
            peerHost = group.smcr() == null ? null : group.smcr().peerHost();
            commit();
        }
    }

    @Name("smc.LinkGroupUp")
    @Label("SMC Link Group Up")
    @Description("Connections can be made with a peer")
    @Category("SMC")
    @StackTrace(false)
    static final class GroupUp extends Group {

        static final GroupUp ANY = new GroupUp();
    }

    @Name("smc.LinkGroupDown")
    @Label("SMC Link Group Down")
    @Description("A link group has ended, and its connections are reset")
    @Category("SMC")
    @StackTrace(false)
    static final class GroupDown extends Group {

        static final GroupDown ANY = new GroupDown();

        @Label("Connections")
        @Description("That there were")
        int connections;

        @Label("Reason")
        String reason;
    }

    /** What both events of a link tell. */
    @Category("SMC")
    @StackTrace(false)
    abstract static class Link extends Event {

        @Label("Link Group")
        int linkGroup;

        @Label("Link")
        int link;

        @Label("Device")
        String device;

        @Label("Port")
        int port;

        @Label("GID")
        String gid;

        @Label("Peer GID")
        String peerGid;

        void commit(int number, SmcSnapshot.Link shown) {
            linkGroup = number;
            link = shown.number();
            device = shown.device();
            port = shown.port();
            gid = shown.gid();
            peerGid = shown.peerGid();
            commit();
        }
    }

    @Name("smc.LinkUp")
    @Label("SMC Link Up")
    @Description("A link of SMC-R carries connections")
    @Category("SMC")
    @StackTrace(false)
    static final class LinkUp extends Link {

        static final LinkUp ANY = new LinkUp();
    }

    @Name("smc.LinkDown")
    @Label("SMC Link Down")
    @Description("A link of SMC-R has ended; its connections go on over another, if there is one")
    @Category("SMC")
    @StackTrace(false)
    static final class LinkDown extends Link {

        static final LinkDown ANY = new LinkDown();

        @Label("Reason")
        String reason;
    }
}
