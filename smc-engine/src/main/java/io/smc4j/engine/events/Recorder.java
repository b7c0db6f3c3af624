package io.smc4j.engine.events;

/** Chooses what the process can record with. */
final class Recorder {

    static final EngineEvents OF_PROCESS = of(ModuleLayer.boot());

    private Recorder() {
    }

    static EngineEvents of(ModuleLayer layer) {
        return layer.findModule("jdk.jfr").isPresent() ? new FlightRecorderEvents() : new NoEvents();
    }
}
