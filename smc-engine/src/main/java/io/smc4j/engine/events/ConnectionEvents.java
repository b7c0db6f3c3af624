package io.smc4j.engine.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timestamp;

/** Events of single connections. */
final class ConnectionEvents {

    private static final String SIDE = "CLIENT has connected, SERVER has accepted";
    private static final String DIAGNOSIS = "The code in the peer's Decline";

    private ConnectionEvents() {
    }

    /** Kept while it is under way. */
    @Name("smc.Handshake")
    @Label("SMC Handshake")
    @Description("A connection whose sides have spoken about SMC, from the end of TCP's connect, or from the Proposal, "
            + "to the outcome")
    @Category("SMC")
    @StackTrace(false)
    static final class Handshake extends Event {

        static final Handshake ANY = new Handshake();

        @Label("Side")
        @Description(SIDE)
        String side;

        @Label("Peer")
        String peer;

        @Label("Outcome")
        @Description("SMC, FALLBACK to TCP, or FAILED: there is no connection")
        String outcome;

        @Label("Mode")
        @Description("SMCD by shared memory, SMCR by RDMA, or TCP")
        String mode;

        @Label("Link Group")
        int linkGroup;

        @Label("Reason")
        @Description("Of a fallback")
        String reason;

        @Label("Peer Diagnosis")
        @Description(DIAGNOSIS)
        String peerDiagnosis;
    }

    @Name("smc.Fallback")
    @Label("SMC Fallback")
    @Description("A connection went to TCP, with or without a handshake")
    @Category("SMC")
    @StackTrace(false)
    static final class Fallback extends Event {

        static final Fallback ANY = new Fallback();

        @Label("Side")
        @Description(SIDE)
        String side;

        @Label("Peer")
        String peer;

        @Label("Reason")
        String reason;

        @Label("Text")
        String text;

        @Label("Peer Diagnosis")
        @Description(DIAGNOSIS)
        String peerDiagnosis;
    }

    @Name("smc.Stall")
    @Label("SMC Stall")
    @Description("A writer stood still because the peer's ring, or the socket's buffer, was full")
    @Category("SMC")
    @StackTrace(false)
    @Threshold("20 ms")
    static final class Stall extends Event {

        static final Stall ANY = new Stall();

        @Label("Connection")
        long connection;

        @Label("Mode")
        String mode;

        @Label("Local")
        String local;

        @Label("Peer")
        @Description("Whose reader was too slow")
        String peer;
    }

    @Name("smc.SlowReader")
    @Label("SMC Slow Reader")
    @Description("A reader of this process has taken nothing for long while bytes wait")
    @Category("SMC")
    @StackTrace(false)
    static final class SlowReader extends Event {

        static final SlowReader ANY = new SlowReader();

        @Label("Connection")
        long connection;

        @Label("Mode")
        String mode;

        @Label("Local")
        String local;

        @Label("Peer")
        String peer;

        @Label("Since")
        @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
        long since;

        @Label("Unread")
        @DataAmount
        long unread;
    }
}
