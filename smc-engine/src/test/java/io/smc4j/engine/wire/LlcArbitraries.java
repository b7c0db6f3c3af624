package io.smc4j.engine.wire;

import static io.smc4j.engine.wire.ClcArbitraries.gids;
import static io.smc4j.engine.wire.ClcArbitraries.macs;
import static io.smc4j.engine.wire.ClcArbitraries.nibbles;
import static io.smc4j.engine.wire.ClcArbitraries.unsignedBytes;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCases;

/** Any valid message. */
final class LlcArbitraries {

    private LlcArbitraries() {
    }

    static Arbitrary<LlcMessage> messages() {
        // The parts have edge cases of their own; their combinations would outnumber the tries.
        return Arbitraries.<LlcMessage>oneOf(List.of(confirmLinks(), addLinks(), continuations(), deleteLinks(),
                        requestAddLinks(), confirmRkeys(), testLinks(), deleteRkeys()))
                .edgeCases(EdgeCases.Config::none);
    }

    private static Arbitrary<LlcConfirmLink> confirmLinks() {
        return Combinators.combine(versions(), booleans(), booleans(), macs(), gids(), unsigned24(), unsignedBytes())
                .flatAs((version, response, noEyecatchers, mac, gid, qpn, number) -> Combinators.combine(
                                Arbitraries.integers(), unsignedBytes(), unsignedBytes())
                        .as((id, links, connections) -> new LlcConfirmLink(
                                version, response, noEyecatchers, mac, gid, qpn, number, id, links, connections)));
    }

    private static Arbitrary<LlcAddLink> addLinks() {
        Arbitrary<LlcAddLink> requests = Combinators.combine(
                        macs(), gids(), unsigned24(), unsignedBytes(), nibbles(), unsigned24(), extensions().optional())
                .as(LlcAddLink::request);
        Arbitrary<LlcAddLink> responses = Combinators.combine(requests, macs(), gids(), unsigned24(), nibbles(),
                        unsigned24(), extensions())
                .as((request, mac, gid, qpn, mtu, psn, extension) -> request.response(mac, gid, qpn, mtu, psn,
                        request.version() == Clc.V2 ? Optional.of(extension) : Optional.empty()));
        Arbitrary<LlcAddLink> rejections = requests.map(LlcAddLink::reject);
        return Arbitraries.oneOf(requests, responses, rejections);
    }

    private static Arbitrary<LlcAddLinkExtension> extensions() {
        return Combinators.combine(booleans(), gids(), pairs().list().ofMaxSize(Llc.MAX_RKEYS))
                .as(LlcAddLinkExtension::new);
    }

    private static Arbitrary<LlcRkeyPair> pairs() {
        return Combinators.combine(Arbitraries.integers(), Arbitraries.integers(), Arbitraries.longs())
                .as(LlcRkeyPair::new);
    }

    private static Arbitrary<LlcAddLinkContinuation> continuations() {
        return Combinators.combine(booleans(), unsignedBytes(), unsignedBytes()).flatAs((response, number, remaining) ->
                pairs().list().ofSize(Math.min(remaining, LlcAddLinkContinuation.MAX_RKEYS))
                        .map(pairs -> new LlcAddLinkContinuation(response, number, remaining, pairs)));
    }

    private static Arbitrary<LlcDeleteLink> deleteLinks() {
        return Combinators.combine(
                        versions(), booleans(), booleans(), booleans(), unsignedBytes(), Arbitraries.integers())
                .as((version, response, all, orderly, number, reason) ->
                        new LlcDeleteLink(version, response, all, orderly, all ? 0 : number, reason));
    }

    private static Arbitrary<LlcRequestAddLink> requestAddLinks() {
        Arbitrary<LlcRequestAddLink> requests = gids().list().ofMaxSize(255).map(LlcRequestAddLink::request);
        return Arbitraries.oneOf(requests, requests.map(LlcRequestAddLink::response));
    }

    private static Arbitrary<LlcConfirmRkey> confirmRkeys() {
        Arbitrary<LlcRtoken> rtokens =
                Combinators.combine(unsignedBytes(), Arbitraries.integers(), Arbitraries.longs()).as(LlcRtoken::new);
        return Combinators.combine(versions(), booleans(), booleans(), booleans(), Arbitraries.integers(),
                        Arbitraries.longs(), rtokens.list().ofMaxSize(LlcConfirmRkey.MAX_OTHERS))
                .as((version, response, negative, retry, rkey, address, others) -> new LlcConfirmRkey(
                        version, response, response && negative, response && retry, rkey, address, others));
    }

    private static Arbitrary<LlcTestLink> testLinks() {
        return Combinators.combine(versions(), booleans(), Arbitraries.longs(), Arbitraries.longs())
                .as(LlcTestLink::new);
    }

    private static Arbitrary<LlcDeleteRkey> deleteRkeys() {
        Arbitrary<LlcDeleteRkey> requests = versions().flatMap(version -> Arbitraries.integers().list()
                .ofMaxSize(version == Clc.V1 ? LlcDeleteRkey.V1_MAX_RKEYS : Llc.MAX_RKEYS)
                .map(rkeys -> LlcDeleteRkey.request(version, rkeys)));
        Arbitrary<LlcDeleteRkey> responses = Combinators.combine(requests, booleans(), unsignedBytes())
                .as((request, negative, unknown) -> new LlcDeleteRkey(request.version(), true, negative,
                request.count(),
                        unknown, request.version() == Clc.V1 ? request.rkeys() : Collections.emptyList()));
        return Arbitraries.oneOf(requests, responses);
    }

    private static Arbitrary<Integer> versions() {
        return Arbitraries.integers().between(Clc.V1, Clc.V2);
    }

    private static Arbitrary<Boolean> booleans() {
        return Arbitraries.of(true, false);
    }

    private static Arbitrary<Integer> unsigned24() {
        return Arbitraries.integers().between(0, 0xFF_FFFF);
    }
}
