package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoDescriptorLeaks.class)
class EventFdTest {

    @Test
    void isReadableFromSignalToDrain() throws OsException {
        int fd = EventFd.create();
        assertThat(Sockets.poll(fd, Sockets.POLLIN, 0)).isZero();
        EventFd.signal(fd);
        EventFd.signal(fd);
        assertThat(Sockets.poll(fd, Sockets.POLLIN, 0)).isEqualTo(Sockets.POLLIN);
        EventFd.drain(fd);
        assertThat(Sockets.poll(fd, Sockets.POLLIN, 0)).isZero();
        Sockets.close(fd);
    }

    @Test
    void drainingNothingIsNothing() throws OsException {
        int fd = EventFd.create();
        EventFd.drain(fd);
        Sockets.close(fd);
    }

    @Test
    void reportsAWrongDescriptor() {
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> EventFd.signal(-1))
                .havingCause().withMessage("write: Bad file descriptor (EBADF)");
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> EventFd.drain(-1))
                .withMessage("read: Bad file descriptor (EBADF)");
    }
}
