package io.smc4j.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.InputStream;
import java.net.Socket;
import java.net.SocketImpl;
import org.junit.jupiter.api.Test;

class SocketImplClassTest {

    private static byte[] classFile(Class<?> type) throws Exception {
        try (InputStream stream = type.getResourceAsStream(type.getSimpleName() + ".class")) {
            return stream.readAllBytes();
        }
    }

    @Test
    void anotherClassIsRefused() throws Exception {
        byte[] other = classFile(Socket.class);
        assertThatIOException().isThrownBy(() -> SocketImplClass.redirect(other, BridgeClass.NAME))
                .withMessageContaining("no method createPlatformSocketImpl");
    }

    @Test
    void theMethodsOldBodyIsGone() throws Exception {
        byte[] original = classFile(SocketImpl.class);
        byte[] rewritten = SocketImplClass.redirect(original, BridgeClass.NAME);
        assertThat(rewritten).startsWith(0xCA, 0xFE, 0xBA, 0xBE).isNotEqualTo(original);
        assertThat(SocketImplClass.redirect(rewritten, BridgeClass.NAME)).hasSizeGreaterThan(rewritten.length);
    }
}
