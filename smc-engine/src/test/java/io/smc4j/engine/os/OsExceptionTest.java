package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OsExceptionTest {

    @Test
    void namesTheCallAndTheError() {
        OsException e = OsException.of("connect", Errno.ECONNREFUSED);

        assertThat(e).hasMessage("connect: Connection refused (ECONNREFUSED)");
        assertThat(e.errno()).isEqualTo(111);
    }

    @Test
    void reportsAnUnknownErrorByNumber() {
        assertThat(OsException.of("connect", 4711)).hasMessage("connect: error 4711");
    }

    @Test
    void describesEveryConstantByItsName() {
        assertThat(Arrays.stream(Errno.class.getFields()).filter(field -> Modifier.isStatic(field.getModifiers())))
                .isNotEmpty()
                .allSatisfy(field -> assertThat(Errno.describe(field.getInt(null)))
                .endsWith("(" + field.getName() + ")"));
    }

    @Test
    void becomesWhatJavaNetWouldHaveThrown() {
        assertTranslation(Errno.ECONNREFUSED, ConnectException.class, "Connection refused");
        assertTranslation(Errno.ETIMEDOUT, ConnectException.class, "Connection timed out");
        assertTranslation(Errno.EHOSTUNREACH, NoRouteToHostException.class, "No route to host");
        assertTranslation(Errno.ENETUNREACH, SocketException.class, "Network is unreachable");
        assertTranslation(Errno.EADDRINUSE, BindException.class, "Address already in use");
        assertTranslation(Errno.EADDRNOTAVAIL, BindException.class, "Cannot assign requested address");
        assertTranslation(Errno.EACCES, BindException.class, "Permission denied");
        assertTranslation(Errno.EPROTO, ProtocolException.class, "Protocol error");
        assertTranslation(Errno.EMFILE, SocketException.class, "Too many open files");
        assertTranslation(Errno.EINVAL, SocketException.class, "Invalid argument");
    }

    @Test
    void becomesWhatATransferInTheJdkWouldHaveThrown() {
        OsException e = OsException.of("write", Errno.ECONNRESET);

        assertThat(OsException.asStreamException(e)).isExactlyInstanceOf(IOException.class)
                .hasMessage("Connection reset by peer").hasCause(e);
    }

    @Test
    void checkPassesResultsAndThrowsNegatedErrors() throws OsException {
        assertThat(OsException.check("poll", 7)).isEqualTo(7);
        assertThatExceptionOfType(OsException.class).isThrownBy(() -> OsException.check("mmap", -12L))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOMEM));
    }

    private static void assertTranslation(int errno, Class<? extends IOException> type, String message) {
        OsException e = OsException.of("call", errno);
        assertThat(OsException.asNetworkException(e)).isExactlyInstanceOf(type).hasMessage(message).hasCause(e);
    }
}
