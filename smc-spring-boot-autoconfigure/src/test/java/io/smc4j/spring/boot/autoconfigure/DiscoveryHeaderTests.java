package io.smc4j.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.spring.boot.autoconfigure.testsupport.FakeSmcRuntime;
import io.smc4j.spring.boot.autoconfigure.testsupport.ScriptedDiscovery;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What client and server say by the header, and what the client believes. */
class DiscoveryHeaderTests {

    private static final SocketAddress CLIENT = new InetSocketAddress("10.1.2.3", 40000);
    private static final SocketAddress SERVER = new InetSocketAddress("10.1.2.4", 8080);
    private static final String QUESTION = "0123456789abcdef";

    private final FakeSmcRuntime runtime = new FakeSmcRuntime();
    private final ScriptedDiscovery discovery = runtime.httpDiscovery();
    private final DiscoveryHeader header = new DiscoveryHeader(runtime, new OutdatedConnections(runtime));

    @Test
    void eachQuestionIsAnother() {
        Set<String> questions = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            String question = header.question(CLIENT, SERVER);
            assertThat(question).matches("[0-9a-f]{16}");
            questions.add(question);
        }
        assertThat(questions).hasSize(1_000);
    }

    @Test
    void theAnswerSaysWhatTheServerSees() {
        assertThat(header.answer(SERVER, CLIENT, QUESTION))
                .isEqualTo("0123456789abcdef client=10.1.2.3:40000 server=10.1.2.4:8080");
        assertThat(header.answer(new InetSocketAddress("fd00::4", 8080), new InetSocketAddress("fd00::3", 40000),
                QUESTION))
                .isEqualTo("0123456789abcdef client=[fd00:0:0:0:0:0:0:3]:40000 server=[fd00:0:0:0:0:0:0:4]:8080");
    }

    @Test
    void theSameOnBothSidesIsBelieved() {
        String question = header.question(CLIENT, SERVER);
        header.answered(CLIENT, SERVER, question, header.answer(SERVER, CLIENT, question));
        assertThat(discovery.learned()).containsExactly((InetSocketAddress) SERVER);
    }

    @Test
    void scopesOfAddressesAreEitherHostsOwn() throws Exception {
        byte[] bytes = InetAddress.getByName("fe80::1").getAddress();
        InetSocketAddress here = new InetSocketAddress(Inet6Address.getByAddress(null, bytes, 7), 40000);
        InetSocketAddress seen = new InetSocketAddress(Inet6Address.getByAddress(null, bytes, 3), 40000);
        header.answered(here, SERVER, QUESTION, header.answer(SERVER, seen, QUESTION));
        assertThat(discovery.learned()).hasSize(1);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", QUESTION, "client=10.1.2.3:40000 server=10.1.2.4:8080",
        "0123456789abcdee client=10.1.2.3:40000 server=10.1.2.4:8080",
        "0123456789abcdef client=10.1.2.3:40001 server=10.1.2.4:8080",
        "0123456789abcdef client=10.1.2.5:40000 server=10.1.2.4:8080",
        "0123456789abcdef client=10.1.2.3:40000 server=10.1.2.4:8081",
        "0123456789abcdef client=10.1.2.3:40000 server=10.1.2.5:8080",
        "0123456789abcdef client=10.1.2.4:8080 server=10.1.2.3:40000",
        "0123456789abcdef client=10.1.2.3:40000 server=10.1.2.4:8080, "
                + "0123456789abcdef client=10.1.2.3:40000 server=10.1.2.4:8080"})
    void anythingElseIsNot(String answer) {
        header.answered(CLIENT, SERVER, QUESTION, answer);
        assertThat(discovery.learned()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF", "0123456789abcdeg",
        "0123456789abcdef\n", "0123456789abcdef\r\nSet-Cookie: x=1", "0123456789abcdef, 0123456789abcdef"})
    void anythingElseIsNoQuestion(String question) {
        assertThat(header.answer(SERVER, CLIENT, question)).isNull();
        assertThat(discovery.answers()).isZero();
    }

    @Test
    void saysNothingWhereItMakesNoSense() {
        discovery.setSilent();
        assertThat(header.question(CLIENT, SERVER)).isNull();
        assertThat(header.answer(SERVER, CLIENT, QUESTION)).isNull();
    }

    @Test
    void saysNothingOverOtherSockets() {
        SocketAddress path = UnixDomainSocketAddress.of("/run/a");
        assertThat(header.question(path, path)).isNull();
        assertThat(header.question(null, null)).isNull();
        assertThat(header.answer(path, path, QUESTION)).isNull();
        header.answered(path, path, QUESTION, QUESTION);
        header.answered(null, null, QUESTION, QUESTION);
        assertThat(discovery.learned()).isEmpty();
    }
}
