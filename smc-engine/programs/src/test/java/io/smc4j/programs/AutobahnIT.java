package io.smc4j.programs;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import me.normanmaurer.maven.autobahntestsuite.AutobahnTestSuite;
import me.normanmaurer.maven.autobahntestsuite.FuzzingCaseResult;
import org.python.util.PythonInterpreter;

/** The Autobahn test suite, which looks for what WebSocket demands of a server. */
class AutobahnIT extends ConformanceCases {

    AutobahnIT() {
        super(AutobahnIT::run, 90);
    }

    private static Map<String, Boolean> run(int port, Collection<String> cases) throws Exception {
        try (Program client = Program.start(false, Client.class, "ws://localhost:" + port + "/socket",
                cases.isEmpty() ? "*" : String.join(",", cases))) {
            client.await("done");
            Map<String, Boolean> results = new TreeMap<>();
            client.text().lines().map(line -> line.split(" ")).filter(words -> words[0].equals("case"))
                    .forEach(words -> results.put(words[1], Client.PASSED.contains(words[2])));
            client.end();
            return results;
        }
    }

    /** Says how each case went. */
    static final class Client {

        private static final Set<String> PASSED = Set.of("OK", "NON_STRICT", "INFORMATIONAL");
        /** Text in UTF-8; large messages, of which Jython takes minutes to make; compression. */
        private static final List<String> LEFT_OUT = List.of("6.*", "9.*", "12.*", "13.*");

        public static void main(String[] arguments) throws Exception {
            // Before Jython takes the Java package of this class for it.
            new PythonInterpreter().exec("import io");
            List<FuzzingCaseResult> results = AutobahnTestSuite.runFuzzingClient("server", arguments[0],
                    new HashMap<>(), List.of(arguments[1].split(",")), LEFT_OUT);
            for (FuzzingCaseResult each : results) {
                Pieces.say("case", each.caseName() + " " + each.behavior());
            }
            Pieces.say("done", results.size());
            Pieces.awaitEnd();
            // Jython leaves a reactor behind.
            System.exit(0);
        }
    }
}
