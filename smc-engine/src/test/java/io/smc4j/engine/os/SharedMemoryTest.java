package io.smc4j.engine.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoDescriptorLeaks.class)
class SharedMemoryTest {

    private static final long SIZE = 256 * 1024;
    private static final long GIB = 1L << 30;

    @Test
    void isZeroedAndWritable() throws OsException {
        try (SharedMemory memory = SharedMemory.create("rings", SIZE)) {
            assertThat(memory.size()).isEqualTo(SIZE);
            assertThat(memory.segment().byteSize()).isEqualTo(SIZE);
            assertThat(memory.segment().get(JAVA_LONG, SIZE - 8)).isZero();
            memory.segment().set(JAVA_LONG, SIZE - 8, 42);
            assertThat(memory.segment().get(JAVA_LONG, SIZE - 8)).isEqualTo(42);
        }
    }

    @Test
    void bearsItsNameInTheProcessMap() throws Exception {
        try (SharedMemory memory = SharedMemory.create("smc-rings", SIZE)) {
            assertThat(Files.readSymbolicLink(Path.of("/proc/self/fd/" + memory.fd())).toString())
                    .startsWith("/memfd:smc-rings");
            assertThat(Files.readString(Path.of("/proc/self/maps"))).contains("/memfd:smc-rings");
        }
        assertThat(Files.readString(Path.of("/proc/self/maps"))).doesNotContain("/memfd:smc-rings");
    }

    @Test
    void mayBeLargerThanWhatIsUsed() throws OsException {
        long size = 16 * GIB;
        try (SharedMemory memory = SharedMemory.create("sparse", size)) {
            memory.segment().set(JAVA_BYTE, size - 1, (byte) 1);
            assertThat(memory.segment().get(JAVA_BYTE, size - 1)).isEqualTo((byte) 1);
        }
    }

    @Test
    void canNeitherShrinkNorGrow() throws OsException {
        try (SharedMemory memory = SharedMemory.create("sealed",
                SIZE); NativeScratch scratch = NativeScratch.acquire()) {
            assertThat(FileCalls.ftruncate(scratch, memory.fd(), SIZE / 2)).isEqualTo(-Errno.EPERM);
            assertThat(FileCalls.ftruncate(scratch, memory.fd(), SIZE * 2)).isEqualTo(-Errno.EPERM);
        }
    }

    @Test
    void staysMappedWithoutItsDescriptor() throws OsException {
        try (SharedMemory memory = SharedMemory.create("mapped", SIZE)) {
            memory.closeDescriptor();
            memory.closeDescriptor();
            assertThat(memory.fd()).isEqualTo(-1);
            memory.segment().set(JAVA_LONG, 0, 42);
            assertThat(memory.segment().get(JAVA_LONG, 0)).isEqualTo(42);
        }
    }

    @Test
    void cannotBeTouchedOnceClosed() throws OsException {
        SharedMemory memory = SharedMemory.create("closed", SIZE);
        memory.close();
        memory.close();
        assertThatIllegalStateException().isThrownBy(() -> memory.segment().get(JAVA_BYTE, 0));
        assertThat(memory.fd()).isEqualTo(-1);
    }

    @Test
    void aHoleReadsAsZeroAndNothingElseDoes() throws OsException {
        long page = 64 * 1024;
        try (SharedMemory memory = SharedMemory.create("holes", SIZE)) {
            memory.segment().fill((byte) 1);
            memory.punchHole(page, page);
            assertThat(memory.segment().get(JAVA_BYTE, page - 1)).isEqualTo((byte) 1);
            assertThat(memory.segment().asSlice(page, page).mismatch(MemorySegment.ofArray(
                    new byte[(int) page]))).isEqualTo(-1);
            assertThat(memory.segment().get(JAVA_BYTE, 2 * page)).isEqualTo((byte) 1);
        }
    }

    @Test
    void holesNeedARangeAndADescriptor() throws OsException {
        try (SharedMemory memory = SharedMemory.create("holes", SIZE)) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> memory.punchHole(SIZE, 1));
            memory.closeDescriptor();
            assertThatExceptionOfType(OsException.class).isThrownBy(() -> memory.punchHole(0, 4096))
                    .withMessage("fallocate: Bad file descriptor (EBADF)");
        }
    }

    @Test
    void allocatesPagesAndGivesThemBack() throws OsException {
        long page = 64 * 1024;
        try (SharedMemory memory = SharedMemory.create("pages", SIZE)) {
            assertThat(SharedMemoryPages.allocated(memory)).isZero();
            memory.allocate(page, 2 * page);
            memory.allocate(page, page);
            assertThat(SharedMemoryPages.allocated(memory)).isEqualTo(2 * page);
            assertThat(memory.segment().get(JAVA_LONG, page)).isZero();

            memory.punchHole(2 * page, page);
            assertThat(SharedMemoryPages.allocated(memory)).isEqualTo(page);
            memory.allocate(2 * page, page);
            assertThat(SharedMemoryPages.allocated(memory)).isEqualTo(2 * page);
        }
    }

    @Test
    void allocatesOnlyWithinItsRangeAndWithItsDescriptor() throws OsException {
        try (SharedMemory memory = SharedMemory.create("pages", SIZE)) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> memory.allocate(SIZE - 4096, 8192));
            memory.closeDescriptor();
            assertThatExceptionOfType(OsException.class).isThrownBy(() -> memory.allocate(0, 4096))
                    .withMessage("fallocate: Bad file descriptor (EBADF)");
        }
    }

    @Test
    void refusesAPeersMemoryThatCouldShrink() throws OsException {
        int fd = unsealed(SIZE);
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> SharedMemory.map(fd, SIZE))
                .withMessage("shared memory not sealed against shrinking: Operation not permitted (EPERM)");
        Sockets.close(fd);
    }

    @Test
    void refusesAPeersMemoryOfAnotherSize() throws OsException {
        try (SharedMemory memory = SharedMemory.create("rings", SIZE)) {
            int fd = duplicate(memory.fd());
            assertThatExceptionOfType(OsException.class).isThrownBy(() -> SharedMemory.map(fd, 2 * SIZE))
                    .withMessage("shared memory of 262144 instead of 524288 bytes: Invalid argument (EINVAL)");
            Sockets.close(fd);
        }
    }

    @Test
    void refusesWhatIsNoMemory() throws OsException {
        int fd = EventFd.create();
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> SharedMemory.map(fd, SIZE))
                .withMessage("fcntl(F_GET_SEALS): Invalid argument (EINVAL)");
        Sockets.close(fd);
    }

    @Test
    void leavesNothingOpenWhenItCannotBeMade() {
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> SharedMemory.create("negative", -1))
                .withMessage("ftruncate: Invalid argument (EINVAL)");
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> SharedMemory.create("huge", Long.MAX_VALUE))
                .satisfies(e -> assertThat(e.errno()).isPositive());
    }

    @Test
    void twoMappingsAreOneMemory() throws OsException {
        try (SharedMemory owner = SharedMemory.create("rings", SIZE);
                SharedMemory peer = SharedMemory.map(duplicate(owner.fd()), SIZE)) {
            owner.segment().set(JAVA_LONG, 64, 1);
            assertThat(peer.segment().get(JAVA_LONG, 64)).isEqualTo(1);
            peer.segment().set(JAVA_LONG, 128, 2);
            assertThat(owner.segment().get(JAVA_LONG, 128)).isEqualTo(2);
        }
    }

    private static int unsealed(long size) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            scratch.buffer().setString(0, "unsealed");
            int allowSealing = 0x2;
            int fd = OsException.check("memfd_create", FileCalls.memfdCreate(scratch, allowSealing));
            OsException.check("ftruncate", FileCalls.ftruncate(scratch, fd, size));
            return fd;
        }
    }

    static int duplicate(int fd) throws OsException {
        try (NativeScratch scratch = NativeScratch.acquire()) {
            int duplicateCloseOnExec = 1030;
            return OsException.check("fcntl", FileCalls.fcntl(scratch, fd, duplicateCloseOnExec, 0));
        }
    }
}
