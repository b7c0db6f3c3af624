package io.smc4j.engine.nio.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the running JDK lets a subclass of its sockets override, the adaptors override. */
class AdaptorCoverageTest {

    @Test
    void overridesAllOfSocket() {
        assertThat(signatures(SocketAdaptor.class)).containsAll(overridable(Socket.class));
    }

    @Test
    void overridesAllOfServerSocket() {
        assertThat(signatures(ServerSocketAdaptor.class)).containsAll(overridable(ServerSocket.class));
    }

    private static Set<String> overridable(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(m -> (m.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0)
                .filter(m -> (m.getModifiers() & (Modifier.STATIC | Modifier.FINAL)) == 0)
                .map(AdaptorCoverageTest::signature)
                .collect(Collectors.toSet());
    }

    private static Set<String> signatures(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods()).map(AdaptorCoverageTest::signature).collect(Collectors.toSet());
    }

    private static String signature(Method m) {
        return m.getName() + Arrays.toString(m.getParameterTypes());
    }
}
