package io.smc4j.samples.benchmark.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Processes that compute for ever, as a neighbour would. */
final class Burners implements AutoCloseable {

    private static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-Xmx16m", "-XX:TieredStopAtLevel=1");

    private final List<PeerProcess> processes = new ArrayList<>();

    Burners(int count, Path logs, Duration patience) throws IOException, InterruptedException {
        boolean started = false;
        try {
            while (processes.size() < count) {
                String name = "burner-" + processes.size();
                processes.add(new PeerProcess(name, PeerProcess.java(OPTIONS), List.of("burner"),
                        logs.resolve(name + ".log").toFile(), patience));
            }
            started = true;
        } finally {
            if (!started) {
                close();
            }
        }
    }

    /** User and system time of all of them, which is not foreign to a measurement that asked for it. */
    long cpuNanos() {
        return processes.stream().mapToLong(process -> ProcStat.processNanos(process.pid())).sum();
    }

    @Override
    public void close() {
        processes.forEach(PeerProcess::close);
    }
}
