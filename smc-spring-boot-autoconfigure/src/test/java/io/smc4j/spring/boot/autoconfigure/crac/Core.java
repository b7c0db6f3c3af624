package io.smc4j.spring.boot.autoconfigure.crac;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** As in {@code jdk.crac}. */
public final class Core {

    private static final Context<Resource> GLOBAL = new Context<>();

    private Core() {
    }

    public static Context<Resource> getGlobalContext() {
        return GLOBAL;
    }

    /** Prints which descriptors a checkpoint would have found open, but for files and what is standard. */
    public static void checkpointRestore() throws Exception {
        for (int i = GLOBAL.resources.size() - 1; i >= 0; i--) {
            GLOBAL.resources.get(i).beforeCheckpoint(GLOBAL);
        }
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            descriptors.map(Core::target).filter(target -> target.matches("(socket|anon_inode|/memfd).*"))
                    .forEach(target -> System.out.println("OPEN AT CHECKPOINT " + target));
        }
        for (Resource resource : GLOBAL.resources) {
            resource.afterRestore(GLOBAL);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "gone";
        }
    }
}
