package io.smc4j.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

/** Bytes that the engines of a process have sent and received, by mode. */
record Traffic(List<Map<String, Object>> engines) {

    private static final String SMCD = "SMCD";
    private static final String TCP = "TCP";

    private long number(String figure, String of) {
        assertThat(engines).as("the one engine of the process").hasSize(1);
        return ((Number) ((Map<?, ?>) engines.get(0).get(figure)).get(of)).longValue();
    }

    /** All that was exchanged was by shared memory. */
    void assertSmcd(long payload) {
        assertThat(number("bytesSent", SMCD)).as("sent by SMC-D: %s", engines).isGreaterThanOrEqualTo(payload);
        assertThat(number("bytesReceived", SMCD)).as("received by SMC-D: %s", engines).isGreaterThanOrEqualTo(payload);
    }

    /** So many connections at least were by SMC. */
    void assertSmcConnections(int least) {
        assertThat(number("handshakes", "SMC")).as("%s", engines).isGreaterThanOrEqualTo(least);
    }

    /** All was by TCP, but for what the program may have said to itself. */
    void assertTcp(long payload) {
        assertThat(number("bytesSent", TCP)).as("sent by TCP: %s", engines).isGreaterThanOrEqualTo(payload);
        assertThat(number("bytesReceived", TCP)).as("received by TCP: %s", engines).isGreaterThanOrEqualTo(payload);
        assertThat(number("bytesSent", SMCD)).as("sent by SMC-D: %s", engines).isLessThan(payload);
        assertThat(number("bytesReceived", SMCD)).as("received by SMC-D: %s", engines).isLessThan(payload);
    }
}
