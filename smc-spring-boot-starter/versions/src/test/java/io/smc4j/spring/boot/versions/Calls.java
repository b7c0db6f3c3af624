package io.smc4j.spring.boot.versions;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;

/** Calls of one application to another, with a look at what carried them. */
final class Calls {

    private Calls() {
    }

    static void carried(ApplicationProcess caller, String client, ApplicationProcess called, String path,
            String answer) throws Exception {
        long sent = bytes(caller, "sent");
        long received = bytes(called, "received");

        assertThat(answer(caller, client, called, path)).isEqualTo(answer);

        assertThat(bytes(caller, "sent")).as("sent by shared memory").isGreaterThan(sent);
        assertThat(bytes(called, "received")).as("received by shared memory").isGreaterThan(received);
    }

    static String answer(ApplicationProcess caller, String client, ApplicationProcess called, String path)
            throws Exception {
        return caller.get("/calls/" + client + "?url=" + called.url() + path);
    }

    /** By shared memory. */
    static long bytes(ApplicationProcess application, String direction) throws Exception {
        Number bytes = JsonPath.read(application.get("/actuator/smc"), "$.bytes.SMCD." + direction);
        return bytes.longValue();
    }
}
