package io.smc4j.engine.smcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose answers count. */
class InquiriesTest {

    @Test
    void hearsOnlyWhomItHasAsked() throws Exception {
        LinkPair pair = new LinkPair();
        LinkPair others = new LinkPair();
        try {
            Inquiries inquiries = new Inquiries();
            InetSocketAddress client = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 40_000);
            List<Inquiries.Answer> answers = new ArrayList<>();
            inquiries.ask(pair.client.group, client, 8080, answers::add);
            // 40000 and 8080 as u16; an IPv4 address in the form that IPv6 has for it.
            ControlMessage own = new ControlMessage(ControlMessage.OWN, 40_000 << 16 | 8080, 0, 0xFFFF_7F00_0001L);

            inquiries.received(others.client.group, own);
            assertThat(answers).isEmpty();

            inquiries.received(pair.client.group, own);
            inquiries.received(pair.client.group, own);
            assertThat(answers).containsExactly(Inquiries.Answer.OWN);
        } finally {
            pair.close();
            others.close();
        }
    }
}
