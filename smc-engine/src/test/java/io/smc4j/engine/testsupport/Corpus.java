package io.smc4j.engine.testsupport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;

/** What a fuzzer has found worth keeping: one input in hexadecimal digits on each line of a file per target. */
public final class Corpus {

    private Corpus() {
    }

    /** The inputs of a target, one of which is empty. */
    public static Stream<byte[]> of(Class<?> target) {
        InputStream file = target.getResourceAsStream("/fuzz/" + target.getSimpleName() + ".hex");
        if (file == null) {
            return Stream.of(new byte[0]);
        }
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.US_ASCII))) {
            return Stream.concat(Stream.of(""), lines.lines().toList().stream()).map(HexFormat.of()::parseHex);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
