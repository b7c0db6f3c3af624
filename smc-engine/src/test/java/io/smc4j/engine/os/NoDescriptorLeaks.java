package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test after which more sockets, event counters, epoll sets or shared memory are open than before. */
final class NoDescriptorLeaks implements BeforeEachCallback, AfterEachCallback {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(NoDescriptorLeaks.class);

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        Sockets.ipv6Available();
        context.getStore(NAMESPACE).put(context.getUniqueId(), open());
    }

    @Override
    @SuppressWarnings("unchecked")
    public void afterEach(ExtensionContext context) throws IOException {
        List<String> before = (List<String>) context.getStore(NAMESPACE).remove(context.getUniqueId());
        assertThat(open()).as("open descriptors").containsExactlyInAnyOrderElementsOf(before);
    }

    /** Number and target of the descriptors of the kinds this package makes. */
    static List<String> open() throws IOException {
        List<String> open = new ArrayList<>();
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                String target = target(descriptor);
                if (target.startsWith("socket:") || target.startsWith("anon_inode:") || target.startsWith("/memfd:")) {
                    open.add(descriptor.getFileName() + " " + target);
                }
            }
        }
        return open;
    }

    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            return "closed since";
        }
    }
}
