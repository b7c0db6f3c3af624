package io.smc4j.engine.os.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.verbs.VerbsException.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can be known without an RDMA device. */
class VerbsTest {

    @Test
    void saysThatTheLibraryIsNotInstalled() {
        assertThatExceptionOfType(VerbsException.class).isThrownBy(() -> Verbs.load("libibverbs.so.0"))
                .withMessage("libibverbs.so.0 cannot be loaded")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NO_LIBRARY))
                .satisfies(e -> assertThat(e.hint()).contains("ibverbs-providers"));
    }

    @Test
    void listsTheDevicesOfTheKernel() throws Exception {
        assumeTrue(installed(), "libibverbs is not installed");

        List<String> expected = new ArrayList<>();
        Path devices = Path.of("/sys/class/infiniband");
        if (Files.isDirectory(devices)) {
            try (var entries = Files.list(devices)) {
                entries.forEach(entry -> expected.add(entry.getFileName().toString()));
            }
        }
        assertThat(Verbs.load().deviceNames()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void saysThatThereIsNoSuchDevice() throws Exception {
        assumeTrue(installed(), "libibverbs is not installed");

        Verbs verbs = Verbs.load();
        assertThatExceptionOfType(VerbsException.class).isThrownBy(() -> verbs.open("no_such_device"))
                .withMessageContaining("no_such_device")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NO_DEVICE));
    }

    @Test
    void tellsTheLimitOfLockedMemoryFromOtherShortage() {
        assertThat(LockedMemory.explains(Errno.ENOMEM, 4096, 65536, 61440)).isFalse();
        assertThat(LockedMemory.explains(Errno.ENOMEM, 4097, 65536, 61440)).isTrue();
        assertThat(LockedMemory.explains(Errno.ENOMEM, Long.MAX_VALUE, -1, 0)).isFalse();
        assertThat(LockedMemory.explains(Errno.EPERM, 1, 0, 0)).isTrue();
        assertThat(LockedMemory.explains(Errno.EPERM, 1, -1, 0)).isFalse();
        assertThat(LockedMemory.explains(Errno.EFAULT, 4097, 0, 0)).isFalse();
    }

    @Test
    void givesErrorsTheirReason() {
        assertThat(VerbsException.of("ibv_x", Errno.EACCES).reason()).isEqualTo(Reason.NO_PERMISSION);
        assertThat(VerbsException.of("ibv_x", Errno.ENOMEM).reason()).isEqualTo(Reason.NO_RESOURCES);
        assertThat(VerbsException.of("ibv_x", Errno.ENODEV).reason()).isEqualTo(Reason.NO_DEVICE);
        VerbsException failed = VerbsException.of("ibv_x", Errno.EINVAL);
        assertThat(failed.reason()).isEqualTo(Reason.FAILED);
        assertThat(failed.errno()).isEqualTo(Errno.EINVAL);
        assertThat(failed).hasMessage("ibv_x: Invalid argument (EINVAL)");
    }

    @Test
    void knowsWhatEventsAreAbout() {
        assertThat(List.of(1, 2, 3, 4, 5, 6, 7, 16)).allMatch(AsyncEvent::aboutQueuePair)
                .noneMatch(AsyncEvent::aboutPort);
        assertThat(List.of(9, 10, 11, 12, 13, 17, 18)).allMatch(AsyncEvent::aboutPort)
                .noneMatch(AsyncEvent::aboutQueuePair);
        // Completion queues, the device, shared receive queues, work queues, and what may come.
        assertThat(List.of(0, 8, 14, 15, 19, 20)).noneMatch(AsyncEvent::aboutPort)
                .noneMatch(AsyncEvent::aboutQueuePair);
    }

    @Test
    void namesTheStatusOfACompletion() {
        assertThat(CompletionQueue.statusText(CompletionQueue.SUCCESS)).isEqualTo("success");
        assertThat(CompletionQueue.statusText(CompletionQueue.FLUSHED)).isEqualTo("work request flushed");
        assertThat(CompletionQueue.statusText(CompletionQueue.RETRY_EXCEEDED)).isEqualTo("transport retries exceeded");
        assertThat(CompletionQueue.statusText(CompletionQueue.RNR_RETRY_EXCEEDED))
                .isEqualTo("receiver-not-ready retries exceeded");
        assertThat(CompletionQueue.statusText(23)).isEqualTo("tag matching rendezvous incomplete");
        assertThat(CompletionQueue.statusText(24)).isEqualTo("status 24");
        assertThat(CompletionQueue.statusText(-1)).isEqualTo("status -1");
    }

    private static boolean installed() {
        try {
            SymbolLookup.libraryLookup(VerbsCalls.LIBRARY, Arena.global());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
