package io.smc4j.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

/** Bytes that the engines of a process have sent and received, by mode. */
record Traffic(List<Map<String, Object>> engines) {

    private static final String SMCD = "SMCD";
    private static final String TCP = "TCP";

    private long bytes(String direction, String mode) {
        assertThat(engines).as("the one engine of the process").hasSize(1);
        return ((Number) ((Map<?, ?>) engines.get(0).get(direction)).get(mode)).longValue();
    }

    /** All that was exchanged was by shared memory. */
    void assertSmcd(long payload) {
        assertThat(bytes("bytesSent", SMCD)).as("sent by SMC-D: %s", engines).isGreaterThanOrEqualTo(payload);
        assertThat(bytes("bytesReceived", SMCD)).as("received by SMC-D: %s", engines).isGreaterThanOrEqualTo(payload);
    }

    /** All was by TCP, but for what the program may have said to itself. */
    void assertTcp(long payload) {
        assertThat(bytes("bytesSent", TCP)).as("sent by TCP: %s", engines).isGreaterThanOrEqualTo(payload);
        assertThat(bytes("bytesReceived", TCP)).as("received by TCP: %s", engines).isGreaterThanOrEqualTo(payload);
        assertThat(bytes("bytesSent", SMCD)).as("sent by SMC-D: %s", engines).isLessThan(payload);
        assertThat(bytes("bytesReceived", SMCD)).as("received by SMC-D: %s", engines).isLessThan(payload);
    }
}
