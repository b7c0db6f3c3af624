package io.smc4j.samples.benchmark.driver;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Speaks a peer's protocol without any load, as the transport says: {@code no-start}, {@code mute} and
 * {@code dies-at-start} do not get ready; {@code hangs}, {@code dies}, {@code fails}, {@code fails-once},
 * {@code babbles}, {@code empty} and {@code wrong} do it with {@code connections=9} only. Everything else answers.
 */
final class FakePeer {

    private static final String FAILURE = "failed 2 of 9 connections are on TCP";
    private static boolean hasFailed;

    private FakePeer() {
    }

    public static void main(String[] arguments) throws Exception {
        List<String> all = List.of(arguments);
        boolean isClient = all.get(0).equals("client");
        String transport = all.get(all.indexOf("--transport") + 1);
        switch (isClient ? transport : "") {
            case "no-start" -> {
                System.out.println("failed not permitted");
                System.exit(1);
            }
            case "dies-at-start" -> System.exit(3);
            case "mute" -> Thread.currentThread().join();
            default -> System.out.println(isClient ? "ready" : "ready fake:1");
        }
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        long cpu = 0;
        for (String line; (line = input.readLine()) != null && !line.equals("quit"); ) {
            cpu += 1_000_000;
            System.out.println(line.equals("cpu") ? "ok cpu_ns=" + cpu
                    : answer(line.contains("connections=9 ") ? transport : "", line));
        }
    }

    private static String answer(String transport, String line) throws InterruptedException, IOException {
        switch (transport) {
            case "hangs" -> Thread.currentThread().join();
            case "dies" -> System.exit(3);
            case "fails" -> {
                return FAILURE;
            }
            case "fails-once" -> {
                if (!hasFailed) {
                    hasFailed = true;
                    return FAILURE;
                }
            }
            case "babbles" -> {
                return "ok requests=many";
            }
            case "empty" -> {
                return "ok requests=0 errors=9 nanos=800000000 p50_ns=0 p99_ns=0 max_ns=0 smc=0";
            }
            default -> {
                // All is well.
            }
        }
        int errors = transport.equals("wrong") ? 7 : 0;
        return "ok requests=800 errors=" + errors + " nanos=800000000 p50_ns=50000 p99_ns=90000 max_ns=100000 smc=0";
    }
}
