package io.smc4j.samples.benchmark.peer;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SpinMode;
import java.time.Duration;
import java.util.Locale;

/** What a peer was started with: {@code --pair P --transport T --loops N --address A --smc key=value}. */
record PeerOptions(String pair, String transport, int loops, String address, SmcConfig smc) {

    private static final String FALLBACK = "-fallback";

    static PeerOptions parse(String[] arguments, boolean server) {
        String pair = null;
        String transport = null;
        String address = null;
        int loops = 0;
        SmcConfig.Builder smc = SmcConfig.builder();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--pair" -> pair = value;
                case "--transport" -> transport = value;
                case "--loops" -> loops = Integer.parseInt(value);
                case "--address" -> address = value;
                case "--smc" -> set(smc, value);
                default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
            }
        }
        if (pair == null || transport == null || arguments.length % 2 != 0) {
            throw new IllegalArgumentException("needs --pair and --transport, each option with a value");
        }
        // A client that is willing and a server that is not: all goes by TCP, but through the engine's channels.
        boolean fallsBack = transport.endsWith(FALLBACK);
        if (fallsBack && server) {
            smc.serverEnabled(false);
        }
        String channels = fallsBack ? transport.substring(0, transport.length() - FALLBACK.length()) : transport;
        return new PeerOptions(pair, fallsBack && channels.isEmpty() ? transport : channels, loops, address, smc.build());
    }

    private static void set(SmcConfig.Builder smc, String setting) {
        String[] parts = setting.split("=", 2);
        String value = parts[1];
        switch (parts[0]) {
            case "send-size" -> smc.sendBufferSize(Integer.parseInt(value));
            case "receive-size" -> smc.receiveBufferSize(Integer.parseInt(value));
            case "memory-limit" -> smc.memoryLimit(Long.parseLong(value));
            case "spin-mode" -> smc.spinMode(SpinMode.valueOf(value.toUpperCase(Locale.ROOT)));
            case "spin-limit-us" -> smc.spinLimit(Duration.ofNanos(Long.parseLong(value) * 1_000));
            default -> throw new IllegalArgumentException("unknown setting " + setting);
        }
    }

    boolean isSmc() {
        return transport.equals("smc") || transport.equals("smc-selector");
    }
}
