package io.smc4j.engine.smcr;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RtokenTableTest {

    private final RtokenTable table = new RtokenTable();

    @Test
    void keepsAsManyAsThereCanBeConnections() {
        for (int rkey = 0; rkey < 255; rkey++) {
            assertThat(table.put(1, rkey, rkey)).isNotNull();
        }

        assertThat(table.put(1, 255, 0)).isNull();
        assertThat(table.put(1, 254, 7).address(1)).as("a known one has a new address").isEqualTo(7);
        assertThat(table.remove(1, 0)).isTrue();
        assertThat(table.put(1, 255, 0)).isNotNull();
    }

    @Test
    void findsAKeyOnItsLinkOnly() {
        Rtokens tokens = table.put(1, 5, 50);

        assertThat(table.find(1, 5)).isSameAs(tokens);
        assertThat(table.find(2, 5)).isNull();
        assertThat(table.remove(2, 5)).isFalse();
        assertThat(table.remove(1, 5)).isTrue();
        assertThat(table.remove(1, 5)).isFalse();
    }

    /** What a connection writes to is not taken from it by the peer, only the name is. */
    @Test
    void whoHasARingKeepsIt() {
        Rtokens tokens = table.put(1, 5, 50);
        table.remove(1, 5);

        assertThat(tokens.rkey(1)).isEqualTo(5);
        assertThat(tokens.address(1)).isEqualTo(50);
    }

    @Test
    void forgetsTheKeysOfALink() {
        Rtokens tokens = table.put(1, 5, 50);
        tokens.put(2, 6, 60);

        table.removeLink(1);

        assertThat(tokens.has(1)).isFalse();
        assertThat(tokens.rkey(2)).isEqualTo(6);
        assertThat(table.find(2, 6)).isSameAs(tokens);
    }

    @Test
    void hasNoPlaceForMoreLinksThanThereCanBe() {
        Rtokens tokens = table.put(1, 5, 50);
        for (int link = 2; link < 256; link++) {
            tokens.put(link, link, link);
        }

        assertThat(tokens.rkey(1)).isEqualTo(5);
        assertThat(tokens.has(Rtokens.LINKS)).isTrue();
        assertThat(tokens.has(Rtokens.LINKS + 1)).isFalse();
    }
}
