package io.smc4j.engine.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Events of an engine as a whole. */
final class ProcessEvents {

    private ProcessEvents() {
    }

    @Name("smc.ResourcePressure")
    @Label("SMC Resource Pressure")
    @Description("Memory, descriptors or what else is bounded has come close to its limit (smc.monitor.warn-at)")
    @Category("SMC")
    @StackTrace(false)
    static final class ResourcePressure extends Event {

        static final ResourcePressure ANY = new ResourcePressure();

        @Label("Resource")
        String resource;

        @Label("Used")
        @Description("Bytes of memory, else a number")
        long used;

        @Label("Limit")
        long limit;

        @Label("Percent")
        int percent;

        @Label("Lever")
        @Description("What to do about it")
        String lever;
    }

    @Name("smc.PolicyChange")
    @Label("SMC Policy Change")
    @Description("A rule was put in force or taken out of it; one that expires is not told of")
    @Category("SMC")
    @StackTrace(false)
    static final class PolicyChange extends Event {

        static final PolicyChange ANY = new PolicyChange();

        @Label("Change")
        @Description("ADDED or REMOVED")
        String change;

        @Label("Id")
        String id;

        @Label("Rule")
        String rule;

        @Label("Origin")
        String origin;

        @Label("Note")
        String note;

        @Label("Expiry")
        String expiry;

        @Label("Hits")
        long hits;
    }
}
