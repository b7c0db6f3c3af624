package io.smc4j.engine.os.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.os.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SavedSynTest {

    private static final String MAGIC_OPTION = "fe06e2d4c3d9";
    /**
     * As Linux sends it: MSS, SACK permitted and time stamps, window scale, and the option behind two no-operations.
     */
    private static final String LINUX_OPTIONS =
            "020405b4" + "0402080a6f5c0b2a00000000" + "01030307" + "0101" + MAGIC_OPTION;

    @Test
    void findsTheOptionInTheSynOfLinux() {
        assertThat(SavedSyn.parse(ipv4("", LINUX_OPTIONS))).isTrue();
        assertThat(SavedSyn.parse(ipv6(6, "", LINUX_OPTIONS))).isTrue();
    }

    @Test
    void findsNoneWhereNoneIs() {
        assertThat(SavedSyn.parse(ipv4("", ""))).isFalse();
        assertThat(SavedSyn.parse(ipv4("", "020405b40402080a6f5c0b2a0000000001030307"))).isFalse();
        assertThat(SavedSyn.parse(ipv4("", "fe06e2d4c3c40000"))).as("SMCD").isFalse();
        assertThat(SavedSyn.parse(ipv4("", "fd06e2d4c3d90000"))).as("other kind").isFalse();
        assertThat(SavedSyn.parse(ipv4("", "fe04e2d4c3d90000"))).as("short magic").isFalse();
    }

    @Test
    void takesTheOptionAnywhereAmongOthers() {
        assertThat(SavedSyn.parse(ipv4("", MAGIC_OPTION + "0101"))).isTrue();
        assertThat(SavedSyn.parse(ipv4("", "01" + MAGIC_OPTION + "00"))).isTrue();
        assertThat(SavedSyn.parse(ipv4("", "fe06f98900000101" + MAGIC_OPTION + "0000"))).as("after another's").isTrue();
        assertThat(SavedSyn.parse(ipv4("", "0000" + MAGIC_OPTION))).as("after the end").isFalse();
    }

    @Test
    void takesLongerOptionsOfEvenLength() {
        assertThat(SavedSyn.parse(ipv4("", "fe08e2d4c3d90102"))).isTrue();
        assertThat(SavedSyn.parse(ipv4("", "fe07e2d4c3d90100"))).isFalse();
    }

    @Test
    void skipsHeadersBeforeTcp() {
        assertThat(SavedSyn.parse(ipv4("0101010101010101", LINUX_OPTIONS))).as("IPv4 options").isTrue();
        assertThat(SavedSyn.parse(ipv6(0, "3c00010400000000" + "0601" + "00".repeat(14), LINUX_OPTIONS)))
                .as("IPv6 extension headers").isTrue();
        assertThat(SavedSyn.parse(ipv6(17, "", LINUX_OPTIONS))).as("UDP").isFalse();
    }

    @Test
    void staysInsideItsBufferWhateverIsCutOff() {
        for (ByteBuffer syn : new ByteBuffer[] {ipv4("", LINUX_OPTIONS), ipv6(0, "0600010400000000", LINUX_OPTIONS)}) {
            for (int length = 0; length < syn.capacity(); length++) {
                assertThat(SavedSyn.parse(syn.duplicate().limit(length))).as("%d bytes", length).isFalse();
            }
        }
    }

    @Test
    void doesNotBelieveLengths() {
        assertThat(SavedSyn.parse(ipv4("", "0200" + MAGIC_OPTION))).as("length 0").isFalse();
        assertThat(SavedSyn.parse(ipv4("", "0201" + MAGIC_OPTION))).as("length 1").isFalse();
        assertThat(SavedSyn.parse(ipv4("", "02ff" + MAGIC_OPTION))).as("beyond the header").isFalse();
        assertThat(SavedSyn.parse(ipv4("", "010101fe"))).as("no length").isFalse();
        assertThat(SavedSyn.parse(ipv4("", LINUX_OPTIONS).put(20 + 12, (byte) 0xF0))).as("beyond the SYN").isFalse();
        assertThat(SavedSyn.parse(ipv4("", LINUX_OPTIONS).put(20 + 12, (byte) 0x40))).as("TCP header too short")
                .isFalse();
        assertThat(SavedSyn.parse(ipv4("", LINUX_OPTIONS).put(0, (byte) 0x44))).as("IP header too short").isFalse();
    }

    @Test
    void readsFromThePosition() {
        ByteBuffer syn = ipv4("", LINUX_OPTIONS);
        ByteBuffer moved = ByteBuffer.allocate(syn.remaining() + 3).position(3).put(syn).position(3);

        assertThat(SavedSyn.parse(moved)).isTrue();
        assertThat(moved.position()).isEqualTo(3);
    }

    @Property
    void survivesAnything(@ForAll @Size(max = 120) byte[] bytes, @ForAll boolean ipv6) {
        if (bytes.length > 9) {
            bytes[0] = (byte) (ipv6 ? 0x60 : 0x45);
            bytes[ipv6 ? 6 : 9] = 6;
        }
        boolean magic = HexFormat.of().formatHex(bytes).contains("e2d4c3d9");
        assertThat(SavedSyn.parse(ByteBuffer.wrap(bytes)) && !magic).isFalse();
    }

    @Test
    void plainClientHasNoOption() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        int listener = Sockets.openStream(false);
        int client = Sockets.openStream(false);
        int accepted = -1;
        try {
            Sockets.bind(listener, false, new InetSocketAddress(loopback, 0));
            SavedSyn.save(listener);
            Sockets.listen(listener, 1);
            Sockets.connect(client, false, Sockets.localAddress(listener));
            Sockets.poll(listener, Sockets.POLLIN, -1);
            accepted = Sockets.accept(listener);

            assertThat(SavedSyn.hasSmcOption(accepted)).isFalse();
            assertThat(SavedSyn.hasSmcOption(client)).as("nothing saved").isFalse();
        } finally {
            Sockets.close(listener);
            Sockets.close(client);
            if (accepted != -1) {
                Sockets.close(accepted);
            }
        }
    }

    private static ByteBuffer ipv4(String ipOptions, String tcpOptions) {
        int words = 5 + ipOptions.length() / 8;
        String ip = "4" + Integer.toHexString(words) + "00003c000040004006" + "0000" + "0a4d0001" + "0a4d0002"
                + ipOptions;
        return ByteBuffer.wrap(HexFormat.of().parseHex(ip + tcp(tcpOptions)));
    }

    private static ByteBuffer ipv6(int nextHeader, String extensions, String tcpOptions) {
        String ip = "600000000028" + HexFormat.of().toHexDigits((byte) nextHeader) + "40" + "00".repeat(32)
                + extensions;
        return ByteBuffer.wrap(HexFormat.of().parseHex(ip + tcp(tcpOptions)));
    }

    private static String tcp(String options) {
        String padded = options + "0".repeat((8 - options.length() % 8) % 8);
        String offset = Integer.toHexString(5 + padded.length() / 8);
        return "c0de1b58" + "01020304" + "00000000" + offset + "002faf0" + "00000000" + padded;
    }
}
