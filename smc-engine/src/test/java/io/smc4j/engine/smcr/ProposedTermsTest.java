package io.smc4j.engine.smcr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.os.verbs.GidEntry;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcPrefixes;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.ClcV2Extension;
import io.smc4j.engine.wire.Eid;
import io.smc4j.engine.wire.MacAddress;
import io.smc4j.engine.wire.RoceGid;
import io.smc4j.engine.wire.VendorOptions;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProposedTermsTest {

    private static final RoceGid V1_GID = new RoceGid(0xFE80L << 48, 9);
    private static final RoceGid V2_GID = RoceGid.ofIpv4(0x0A000001);
    private static final ClcPrefixes LOOPBACK = new ClcPrefixes(0x7F000000, 8, List.of());
    private static final GidEntry ENTRY = new GidEntry(0, 1, 2, GidEntry.Type.ROCE_V2, "");

    private final RdmaPort port = new RdmaPort(null, 1, 3, "", MacAddress.ZERO, ENTRY, ENTRY);
    private RdmaWithoutDevices engine;

    @BeforeEach
    void open() throws Exception {
        engine = new RdmaWithoutDevices(2, 100);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private ProposedTerms choose(RdmaPort through, ClcProposal proposal) throws DeclineException {
        return ProposedTerms.of(engine.rdma, through, InetAddress.getLoopbackAddress(), proposal);
    }

    private void refuses(ClcProposal proposal, FallbackReason reason) {
        assertThatThrownBy(() -> choose(port, proposal)).isInstanceOfSatisfying(DeclineException.class,
                e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static ClcV2Extension v2(RoceGid gid, int release, int maxConnections, int maxLinks, String... eids) {
        return new ClcV2Extension(List.of(eids).stream().map(Eid::new).toList(), release, gid, maxConnections,
                maxLinks, 0, Optional.empty());
    }

    private static ClcProposal both(ClcV2Extension v2, RoceGid v1Gid, ClcPrefixes prefixes) {
        return new ClcProposal(Clc.V2, Clc.SMC_TYPE_R, Clc.SMC_TYPE_R, 5, v1Gid, MacAddress.ZERO, Optional.empty(),
                Optional.of(prefixes), Optional.of(v2));
    }

    private static ClcProposal onlyV2(ClcV2Extension v2) {
        return ClcProposal.smcrV2(5, MacAddress.ZERO, v2);
    }

    @Test
    void prefersVersion2AndTheSmallerLimits() throws Exception {
        assertThat(choose(port, both(v2(V2_GID, 1, 255, 1, "THEIRS", "ALSO.OURS", "OURS"), V1_GID, LOOPBACK)))
                .isEqualTo(new ProposedTerms(Clc.V2, 5, V2_GID, new Eid("ALSO.OURS"), 1, 100, 1, false));
        assertThat(choose(port, onlyV2(v2(V2_GID, 1, 16, 255, "OURS"))))
                .isEqualTo(new ProposedTerms(Clc.V2, 5, V2_GID, new Eid("OURS"), 1, 16, 2, false));
    }

    @Test
    void goesOnOverTcpOnlyIfThatWasOfferedAndCanBeSaid() throws Exception {
        ClcProposal offering = onlyV2(v2(V2_GID, 1, 255, 2, "OURS")).withVendor(ResumeAgreement.OFFER);
        assertThat(choose(port, offering).resumable()).isTrue();
        assertThat(choose(port, offering.withVendor(VendorOptions.ofSmc4j(1))).resumable()).isFalse();
        assertThat(choose(port, offering.withVendor(new VendorOptions(7, 2L << 32))).resumable()).isFalse();
        assertThat(choose(port, onlyV2(v2(V2_GID, 0, 0, 0, "OURS")).withVendor(ResumeAgreement.OFFER)).resumable())
                .as("release 0 has no vendor options in the answer").isFalse();
    }

    @Test
    void takesTheOlderRelease() throws Exception {
        assertThat(choose(port, onlyV2(v2(V2_GID, 0, 0, 0, "OURS"))).release()).isZero();
        assertThat(choose(port, onlyV2(v2(V2_GID, 15, 255, 2, "OURS"))).release()).isEqualTo(VerbsRdma.RELEASE);
    }

    @Test
    void takesVersion1IfVersion2CannotBe() throws Exception {
        ProposedTerms v1 = new ProposedTerms(Clc.V1, 5, V1_GID, null, 0, 255, 2, false);

        assertThat(choose(port, both(v2(V2_GID, 1, 255, 2, "THEIRS"), V1_GID, LOOPBACK))).isEqualTo(v1);
        RdmaPort withoutV2 = new RdmaPort(null, 1, 3, "", MacAddress.ZERO, ENTRY, null);
        assertThat(choose(withoutV2, both(v2(V2_GID, 1, 255, 2, "OURS"), V1_GID, LOOPBACK))).isEqualTo(v1);
    }

    @Test
    void refusesWhatCannotBe() {
        refuses(onlyV2(v2(V2_GID, 1, 255, 2, "THEIRS")), FallbackReason.NO_COMMON_EID);
        refuses(onlyV2(v2(V2_GID, 1, 255, 2)), FallbackReason.NO_COMMON_EID);
        refuses(onlyV2(v2(V1_GID, 1, 255, 2, "OURS")), FallbackReason.NO_SMCR_DEVICE);
        refuses(onlyV2(v2(RoceGid.ZERO, 1, 255, 2, "OURS")), FallbackReason.NO_SMCR_DEVICE);
        refuses(onlyV2(v2(V2_GID, 1, 15, 2, "OURS")), FallbackReason.MAX_CONNECTIONS_MISMATCH);
        refuses(onlyV2(v2(V2_GID, 1, 255, 0, "OURS")), FallbackReason.MAX_LINKS_MISMATCH);
        refuses(both(v2(V2_GID, 1, 255, 2, "THEIRS"), RoceGid.ZERO, LOOPBACK), FallbackReason.NO_COMMON_EID);
        refuses(both(v2(V2_GID, 1, 255, 2, "THEIRS"), V1_GID, new ClcPrefixes(0x0B000000, 8, List.of())),
                FallbackReason.DIFFERENT_PREFIX);
    }
}
