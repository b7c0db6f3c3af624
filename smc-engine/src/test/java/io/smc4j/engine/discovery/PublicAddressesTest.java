package io.smc4j.engine.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesTest {

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "172.15.255.255", "172.32.0.0", "192.167.1.1", "100.63.255.255", "100.128.0.0",
        "11.0.0.1", "169.253.0.1", "2001:db8::1", "fe00::1", "::ffff:8.8.8.8"})
    void thesePartsOfTheWorldAreEverybodys(String address) throws Exception {
        assertThat(PublicAddresses.contains(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.0.0.1", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.1",
        "100.64.0.0", "100.127.255.255", "169.254.1.1", "::1", "fe80::1", "fc00::1", "fdff::1", "::ffff:10.0.0.1"})
    void theseAreNot(String address) throws Exception {
        assertThat(PublicAddresses.contains(InetAddress.getByName(address))).isFalse();
    }
}
