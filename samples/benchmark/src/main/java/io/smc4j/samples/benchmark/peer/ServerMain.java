package io.smc4j.samples.benchmark.peer;

import java.util.Map;

/** The server process: prints {@code ready ADDRESS}, or {@code failed TEXT} and ends. */
public final class ServerMain {

    private ServerMain() {
    }

    /** Runs it until standard input ends. */
    public static void main(String[] arguments) throws Exception {
        Server server;
        try {
            server = Server.start(PeerOptions.parse(arguments, true));
        } catch (Exception | LinkageError e) {
            ClientMain.exit(e);
            return;
        }
        System.out.println("ready " + server.address());
        new CommandLoop(server.smc(), ServerMain::unknown).run();
        System.exit(0);
    }

    private static String unknown(String command, Map<String, String> arguments) {
        throw new IllegalArgumentException("a server has no command " + command);
    }
}
