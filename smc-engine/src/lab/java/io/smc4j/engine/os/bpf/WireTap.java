package io.smc4j.engine.os.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.smc4j.engine.lab.Guest.End;
import io.smc4j.engine.lab.GuestProcess;

/** What the segments on the wire have of the option, as another process reads them. */
final class WireTap implements AutoCloseable {

    /**
     * For a segment with SYN its kind, the server's port and how often it has the option; for others that have it
     * LATER.
     */
    private static final String PROGRAM = """
            import socket, sys
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            s.bind((sys.argv[1], 0))
            print('ready', flush=True)
            while True:
                p = s.recv(2000)
                if p[12:14] != b'\\x08\\0' or p[23] != 6:
                    continue
                t = p[14 + (p[14] & 15) * 4:]
                t, flags = t[:(t[12] >> 4) * 4], t[13]
                if flags & 2:
                    port = int.from_bytes(t[:2] if flags & 16 else t[2:4], 'big')
                    n = t.count(bytes.fromhex('fe06e2d4c3d9'))
                    print('SYNACK' if flags & 16 else 'SYN', port, n, flush=True)
                elif t.find(bytes.fromhex('fe06e2d4c3d9')) >= 0:
                    print('LATER', flush=True)
            """;

    private final GuestProcess process = GuestProcess.start("/usr/bin/python3", "-c", PROGRAM, End.A.networkDevice());

    WireTap() throws Exception {
        process.await("^ready$");
    }

    /** That the next handshake with a server has the option in its SYN, and in its SYN/ACK, once or not at all. */
    void assertHandshake(int port, boolean inSyn, boolean inSynAck) throws InterruptedException {
        assertThat(times("SYN", port)).as("in the SYN").isEqualTo(inSyn ? 1 : 0);
        assertThat(times("SYNACK", port)).as("in the SYN/ACK").isEqualTo(inSynAck ? 1 : 0);
    }

    private int times(String kind, int port) throws InterruptedException {
        return Integer.parseInt(process.await("^" + kind + " " + port + " (\\d+)$").group(1));
    }

    @Override
    public void close() throws InterruptedException {
        try {
            assertThat(process.lines()).doesNotContain("LATER");
        } finally {
            process.close();
        }
    }
}
