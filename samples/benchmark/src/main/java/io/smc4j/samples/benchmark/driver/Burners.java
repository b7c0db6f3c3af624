package io.smc4j.samples.benchmark.driver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes that compute for ever, as a neighbour would. */
final class Burners implements AutoCloseable {

    private final List<Process> processes = new ArrayList<>();

    Burners(int count) throws IOException {
        while (processes.size() < count) {
            // Ends by itself should this process die: its input ends then.
            processes.add(new ProcessBuilder("sh", "-c", "(while :; do :; done) & read end; kill $!").start());
        }
    }

    @Override
    public void close() {
        for (Process process : processes) {
            try {
                process.getOutputStream().close();
                process.waitFor();
            } catch (IOException e) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
