package io.smc4j.engine.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A process to attach to. To do so sends it SIGQUIT, at which a Java process opens a socket, and which ends many others
 * or has them do something else: it is sent to none that is not known to be Java.
 */
final class TargetProcess {

    private static final String NO_ATTACH = "-XX:+DisableAttachMechanism";

    private TargetProcess() {
    }

    /** @throws IOException with a text for the user, unless the process runs a Java virtual machine that listens */
    static void requireJava(long pid) throws IOException {
        if (pid == ProcessHandle.current().pid()) {
            throw new IOException("process " + pid + " is the one that asks");
        }
        Path process = Path.of("/proc", Long.toString(pid));
        try {
            if (!read(process.resolve("maps")).contains("/libjvm.so")) {
                throw new IOException("process " + pid + " is no Java process");
            }
            if (read(process.resolve("cmdline")).contains(NO_ATTACH)) {
                throw new IOException("process " + pid + " lets nobody attach: it was started with " + NO_ATTACH);
            }
        } catch (NoSuchFileException e) {
            throw new IOException("there is no process " + pid, e);
        } catch (AccessDeniedException e) {
            throw new IOException("process " + pid + " belongs to another user" + owner(process)
                    + "; be that user, or root", e);
        }
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }

    private static String owner(Path process) {
        try {
            return ", " + Files.getOwner(process).getName();
        } catch (IOException e) {
            return "";
        }
    }
}
