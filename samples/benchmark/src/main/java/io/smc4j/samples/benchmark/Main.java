package io.smc4j.samples.benchmark;

import io.smc4j.samples.benchmark.driver.Burner;
import io.smc4j.samples.benchmark.driver.Driver;
import io.smc4j.samples.benchmark.peer.ClientMain;
import io.smc4j.samples.benchmark.peer.ServerMain;
import io.smc4j.samples.benchmark.soak.Soak;
import io.smc4j.samples.benchmark.soak.SoakServer;
import java.util.Arrays;

/**
 * What the jar is started with: {@code server} or {@code client} for a process of a variant, {@code burner} for one
 * that is busy beside, {@code soak} and {@code soak-server} for the soak test, all else
 * for the driver.
 */
public final class Main {

    private Main() {
    }

    /** Starts one of them. */
    public static void main(String[] arguments) throws Exception {
        String[] rest = arguments.length == 0 ? arguments : Arrays.copyOfRange(arguments, 1, arguments.length);
        switch (arguments.length == 0 ? "" : arguments[0]) {
            case "server" -> ServerMain.main(rest);
            case "client" -> ClientMain.main(rest);
            case "burner" -> Burner.main(rest);
            case "soak" -> Soak.main(rest);
            case "soak-server" -> SoakServer.main(rest);
            default -> Driver.main(arguments);
        }
    }
}
