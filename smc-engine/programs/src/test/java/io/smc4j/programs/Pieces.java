package io.smc4j.programs;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;

/** What the programs have the others return, the same each time. */
record Pieces(int count, int size) {

    static final Pieces ONE = new Pieces(1, 2_000_000);
    static final Pieces FEW = new Pieces(50, 40_000);
    static final Pieces MANY = new Pieces(5_000, 1_000);

    byte[] piece(int number) {
        byte[] bytes = new byte[size];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    long total() {
        return (long) count * size;
    }

    String digest() {
        try {
            return digestOf(this::piece);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of what comes in the place of each piece. */
    String digestOf(Source source) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < count; i++) {
            digest.update(source.get(i));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Where what is to be digested comes from. */
    interface Source {

        byte[] get(int number) throws Exception;
    }

    /** Says a line to the test. */
    static void say(String key, Object value) {
        System.out.println(key + " " + value);
    }

    /** Waits until the test ends this program's standard input. */
    static void awaitEnd() throws IOException {
        System.in.transferTo(OutputStream.nullOutputStream());
    }
}
