package io.smc4j.engine.smcr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this host calls itself, for people to read at the other end; without a name service. */
final class Hostname {

    private static final Path FILE = Path.of("/proc/sys/kernel/hostname");

    private Hostname() {
    }

    static String get() {
        try {
            return Files.readString(FILE).strip();
        } catch (IOException e) {
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "host name not read", e);
            return "";
        }
    }
}
