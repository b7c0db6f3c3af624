package io.smc4j.samples.benchmark.peer;

import io.smc4j.engine.MonitorConfig;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SpinMode;
import java.time.Duration;
import java.util.Locale;

/**
 * What a peer was started with: {@code --pair P --transport T --loops N --address A --host H --smc key=value}.
 *
 * @param transport without {@code -fallback} at its end
 * @param fallsBack whether that was there: the channels are the engine's, but all goes by TCP, as the server's is not
 *        willing
 * @param address a client's target, {@code null} if it needs none
 * @param host what a server's listener is bound to
 */
record PeerOptions(String pair, String transport, boolean fallsBack, int loops, String address, String host,
        SmcConfig smc) {

    private static final String FALLBACK = "-fallback";

    static PeerOptions parse(String[] arguments, boolean server) {
        String pair = null;
        String transport = null;
        String address = null;
        String host = "127.0.0.1";
        int loops = 0;
        SmcConfig.Builder smc = SmcConfig.builder();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--pair" -> pair = value;
                case "--transport" -> transport = value;
                case "--loops" -> loops = Integer.parseInt(value);
                case "--address" -> address = value;
                case "--host" -> host = value;
                case "--smc" -> set(smc, value);
                default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
            }
        }
        if (pair == null || transport == null || arguments.length % 2 != 0) {
            throw new IllegalArgumentException("needs --pair and --transport, each option with a value");
        }
        boolean fallsBack = transport.startsWith("smc") && transport.endsWith(FALLBACK);
        if (fallsBack) {
            transport = transport.substring(0, transport.length() - FALLBACK.length());
            smc.serverEnabled(!server);
        }
        if (!server && address == null && !transport.equals("local")) {
            throw new IllegalArgumentException("a client needs --address");
        }
        return new PeerOptions(pair, transport, fallsBack, loops, address, host, smc.build());
    }

    private static void set(SmcConfig.Builder smc, String setting) {
        String[] parts = setting.split("=", 2);
        if (parts.length < 2) {
            throw new IllegalArgumentException("not key=value: " + setting);
        }
        String value = parts[1];
        switch (parts[0]) {
            case "send-size" -> smc.sendSize(Integer.parseInt(value));
            case "receive-size" -> smc.receiveSize(Integer.parseInt(value));
            case "initial-size" -> smc.initialSize(Integer.parseInt(value));
            case "memory-limit" -> smc.memoryLimit(Long.parseLong(value));
            case "spin-mode" -> smc.spinMode(SpinMode.valueOf(value.toUpperCase(Locale.ROOT)));
            case "spin-limit-us" -> smc.spinLimit(Duration.ofNanos(Long.parseLong(value) * 1_000));
            case "monitor" -> smc.monitor(new MonitorConfig(switchedOn(value), MonitorConfig.DEFAULT_SLOW_AFTER,
                    MonitorConfig.DEFAULT_WARN_AT));
            case "directory" -> smc.sharedMemoryDirectory(value);
            default -> throw new IllegalArgumentException("unknown setting " + setting);
        }
    }

    private static boolean switchedOn(String value) {
        return switch (value) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new IllegalArgumentException("neither on nor off: " + value);
        };
    }

    /** Whether the channels are the engine's. */
    boolean usesEngine() {
        return transport.startsWith("smc");
    }
}
