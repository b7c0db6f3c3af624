package io.smc4j.engine.wire;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCases;

/** Any valid message. */
final class ClcArbitraries {

    private static final String EID_FIRST = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private ClcArbitraries() {
    }

    static Arbitrary<ClcMessage> messages() {
        // The parts have edge cases of their own; their combinations would outnumber the tries.
        return Arbitraries.<ClcMessage>oneOf(proposals(), accepts(), confirms(), declines())
                .edgeCases(EdgeCases.Config::none);
    }

    static Arbitrary<ClcProposal> proposals() {
        return Arbitraries.integers().between(Clc.V1, Clc.V2).flatMap(version -> {
            return Combinators.combine(
                            Arbitraries.integers().between(Clc.SMC_TYPE_R, Clc.SMC_TYPE_B)
                                    .filter(type -> version == Clc.V2 || type != Clc.SMC_TYPE_N),
                            version == Clc.V1
                                    ? Arbitraries.just(Clc.SMC_TYPE_N)
                                    : Arbitraries.integers().between(Clc.SMC_TYPE_R, Clc.SMC_TYPE_B))
                    .flatAs((typeV1, typeV2) -> proposals(version, typeV1, typeV2));
        });
    }

    private static Arbitrary<ClcProposal> proposals(int version, int typeV1, int typeV2) {
        return Combinators.combine(
                        Arbitraries.longs(), gids(), macs(), when(Clc.includesSmcd(typeV1), ismEntries()),
                        when(typeV1 != Clc.SMC_TYPE_N, prefixes()),
                        when(typeV2 != Clc.SMC_TYPE_N, v2Extensions(Clc.includesSmcd(typeV2))))
                .as((peerId, gid, mac, ism, prefixes, v2) ->
                        new ClcProposal(version, typeV1, typeV2, peerId, gid, mac, ism, prefixes, v2));
    }

    private static Arbitrary<ClcPrefixes> prefixes() {
        Arbitrary<Ipv6Prefix> ipv6 = Combinators.combine(
                        Arbitraries.longs(), Arbitraries.longs(), Arbitraries.integers().between(0, 128))
                .as(Ipv6Prefix::new);
        return Combinators.combine(
                        Arbitraries.integers(), Arbitraries.integers().between(0, 32),
                        ipv6.list().ofMaxSize(Clc.MAX_IPV6_PREFIXES))
                .as(ClcPrefixes::new);
    }

    private static Arbitrary<ClcV2Extension> v2Extensions(boolean smcd) {
        Arbitrary<ClcSmcdV2Extension> smcdExtensions = Combinators.combine(
                        eids().optional(), ismEntries().list().ofMaxSize(Clc.MAX_ISM_ENTRIES))
                .as(ClcSmcdV2Extension::new);
        return Combinators.combine(
                        eids().list().ofMaxSize(Clc.MAX_EIDS), nibbles(), gids(), unsignedBytes(), unsignedBytes(),
                        unsignedShorts(), when(smcd, smcdExtensions))
                .as(ClcV2Extension::new);
    }

    static Arbitrary<ClcAccept> accepts() {
        return Arbitraries.oneOf(
                terms().flatMap(terms -> links().map(link -> new ClcAccept(terms, link))),
                terms().flatMap(terms -> dmbs(terms).map(dmb -> new ClcAccept(terms, dmb))));
    }

    static Arbitrary<ClcConfirm> confirms() {
        return Arbitraries.oneOf(
                terms().flatMap(terms -> Combinators.combine(links(), gidLists(terms))
                        .as((link, gids) -> new ClcConfirm(terms, link, gids))),
                terms().flatMap(terms -> dmbs(terms).map(dmb -> new ClcConfirm(terms, dmb))));
    }

    private static Arbitrary<List<RoceGid>> gidLists(ClcTerms terms) {
        return gids().list().ofMaxSize(terms.extension().isPresent() ? Clc.MAX_GIDS : 0);
    }

    private static Arbitrary<ClcTerms> terms() {
        return Arbitraries.oneOf(
                Arbitraries.of(true, false).map(ClcTerms::v1),
                eids().map(ClcTerms::v2LaterContact),
                Combinators.combine(eids(), firstContacts()).as(ClcTerms::v2FirstContact));
    }

    private static Arbitrary<FirstContact> firstContacts() {
        Arbitrary<String> hostnames = Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(32)
                .map(FirstContact::hostnameOf);
        Arbitrary<FirstContact> release0 = Combinators.combine(Arbitraries.of(true, false), nibbles(), hostnames)
                .as((direct, os, hostname) -> new FirstContact(direct, os, 0, hostname, 0, 0, 0, 0));
        Arbitrary<FirstContact> later = Combinators.combine(
                        Arbitraries.of(true, false), nibbles(), Arbitraries.integers().between(1, 15), hostnames,
                        unsignedBytes(), unsignedBytes(), unsignedShorts(), Arbitraries.integers())
                .as(FirstContact::new);
        return Arbitraries.oneOf(release0, later);
    }

    private static Arbitrary<SmcrAcceptBody> links() {
        Arbitrary<Integer> unsigned24 = Arbitraries.integers().between(0, 0xFF_FFFF);
        return Combinators.combine(gids(), macs(), unsigned24, unsignedBytes(), nibbles(), nibbles(), unsigned24)
                .flatAs((gid, mac, qpn, index, sizeCode, mtuCode, psn) -> Combinators.combine(
                                Arbitraries.longs(), Arbitraries.integers(), Arbitraries.integers(),
                                Arbitraries.longs())
                        .as((peerId, rkey, token, address) -> new SmcrAcceptBody(
                                peerId, gid, mac, qpn, rkey, index, token, sizeCode, mtuCode, address, psn)));
    }

    private static Arbitrary<SmcdAcceptBody> dmbs(ClcTerms terms) {
        boolean v2 = terms.version() == Clc.V2;
        return Combinators.combine(
                        Arbitraries.longs(), Arbitraries.longs(), unsignedBytes(), nibbles(), Arbitraries.integers(),
                        v2 ? unsignedShorts() : Arbitraries.just(0), v2 ? Arbitraries.longs() : Arbitraries.just(0L))
                .as(SmcdAcceptBody::new);
    }

    static Arbitrary<ClcDecline> declines() {
        Arbitrary<ClcDecline> v1 = Combinators.combine(
                        Arbitraries.longs(), Arbitraries.integers(), Arbitraries.of(true, false))
                .as(ClcDecline::v1);
        Arbitrary<ClcDecline> v2 = Combinators.combine(
                        Arbitraries.of(true, false), Arbitraries.longs(), Arbitraries.integers(), nibbles(),
                        Arbitraries.integers().list().ofSize(4))
                .as((outOfSync, peerId, code, os, more) ->
                        new ClcDecline(Clc.V2, outOfSync, peerId, code, os, more));
        return Arbitraries.oneOf(v1, v2);
    }

    static Arbitrary<Eid> eids() {
        return Combinators.combine(
                        Arbitraries.of(EID_FIRST.chars().mapToObj(c -> (char) c).toList()),
                        Arbitraries.strings().withChars(EID_FIRST + ".-").ofMaxLength(31))
                .as((first, rest) -> new Eid(first + rest));
    }

    static Arbitrary<RoceGid> gids() {
        return Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(RoceGid::new);
    }

    static Arbitrary<MacAddress> macs() {
        return Arbitraries.longs().between(0, 0xFFFF_FFFF_FFFFL).map(MacAddress::new);
    }

    private static Arbitrary<IsmEntry> ismEntries() {
        return Combinators.combine(Arbitraries.longs(), unsignedShorts()).as(IsmEntry::new);
    }

    static Arbitrary<Integer> nibbles() {
        return Arbitraries.integers().between(0, 15);
    }

    static Arbitrary<Integer> unsignedBytes() {
        return Arbitraries.integers().between(0, 0xFF);
    }

    private static Arbitrary<Integer> unsignedShorts() {
        return Arbitraries.integers().between(0, 0xFFFF);
    }

    private static <T> Arbitrary<Optional<T>> when(boolean present, Arbitrary<T> values) {
        return present ? values.map(Optional::of) : Arbitraries.just(Optional.empty());
    }
}
