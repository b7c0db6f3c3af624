package io.smc4j.engine.smcr;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.wire.ClcPrefixes;
import io.smc4j.engine.wire.Ipv6Prefix;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrefixesTest {

    private final InetAddress local = InetAddress.getLoopbackAddress();

    @Test
    void areThoseOfTheInterface() {
        assertThat(Prefixes.of(local)).hasValueSatisfying(prefixes -> {
            assertThat(prefixes.ipv4Subnet()).isEqualTo(0x7F000000);
            assertThat(prefixes.ipv4Length()).isEqualTo(8);
        });
    }

    @Test
    void areNoneForAnAddressThatIsNotHere() throws Exception {
        assertThat(Prefixes.of(InetAddress.getByName("192.0.2.1"))).isEmpty();
        assertThat(Prefixes.isShared(new ClcPrefixes(0, 0, List.of()), InetAddress.getByName("192.0.2.1"))).isFalse();
    }

    @Test
    void mustBeTheSame() {
        assertThat(Prefixes.isShared(new ClcPrefixes(0x7F000000, 8, List.of()), local)).isTrue();
        assertThat(Prefixes.isShared(new ClcPrefixes(0x7F000000, 16, List.of()), local)).isFalse();
        assertThat(Prefixes.isShared(new ClcPrefixes(0x7E000000, 8, List.of()), local)).isFalse();
        assertThat(Prefixes.isShared(new ClcPrefixes(0, 0, List.of()), local)).isFalse();
        assertThat(Prefixes.isShared(new ClcPrefixes(0, 0, List.of(new Ipv6Prefix(1, 2, 64))), local)).isFalse();
    }
}
