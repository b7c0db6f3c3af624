package io.smc4j.engine.cli;

import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.nio.SmcSelectorProvider;
import io.smc4j.engine.os.NativeAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Opens an engine once, which looks who is in the shared directory, and leaves nothing there as it does not listen. */
final class DirectoryTrial {

    private static final String NAME = "directory";
    private static final String TITLE = "Shared directory";
    private static final String NOT_MET = "peers in other network namespaces, as in containers, are not met";

    private DirectoryTrial() {
    }

    /** Whether the directory of these settings is in use, and who is in it. */
    static Finding run(SmcConfig.SharedMemory settings) {
        if (!NativeAccess.isAvailable()) {
            return Finding.no(NAME, TITLE, NativeAccess.unavailabilityCause(), NOT_MET);
        }
        RdmaConfig noRdma = new RdmaConfig(RdmaConfig.Provider.NONE, List.of(RdmaConfig.DEFAULT_UEID), null, 0, -1,
                List.of(), 1, 16);
        SmcConfig config = SmcConfig.builder().sharedMemoryDirectory(settings.directory()).rdma(noRdma).build();
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(config)) {
            return finding(settings, engine.snapshot().sharedMemory());
        } catch (InvalidSettingException e) {
            return Finding.no(NAME, TITLE, e.value() + " is not safe", "must be " + e.permitted());
        } catch (IOException e) {
            return Finding.no(NAME, TITLE, e.getMessage(), NOT_MET);
        }
    }

    /** What a snapshot tells of it. */
    static Finding finding(SmcConfig.SharedMemory settings, SmcSnapshot.SharedMemory found) {
        if (found.directory() == null) {
            String cause = found.objection() != null ? found.objection() : settings.directory() == null
                    ? "no " + SmcConfig.SharedMemory.DEFAULT_DIRECTORY : "none wanted";
            return Finding.no(NAME, TITLE, cause,
                    NOT_MET + "; one that all see is named by --directory, smc.shared-memory.directory");
        }
        int engines = found.engines().size();
        String text = found.directory() + ", " + (engines == 1 ? "1 engine" : engines + " engines");
        if (found.objection() != null) {
            return Finding.limited(NAME, TITLE, text, found.objection());
        }
        return Files.isWritable(Path.of(found.directory())) ? Finding.ok(NAME, TITLE, text)
                : Finding.limited(NAME, TITLE, text + ", not writable", "servers of this user are not found by it");
    }
}
