package io.smc4j.engine.cli;

/** The jar's main class, compiled for Java 8 so that any Java can say what is missing. */
public final class Launcher {

    private static final int REQUIRED = 22;

    private Launcher() {
    }

    /** Runs the command line, or says in one line that this Java is too old. */
    public static void main(String[] args) throws Exception {
        String version = System.getProperty("java.specification.version");
        int feature = version.startsWith("1.") ? 8 : Integer.parseInt(version);
        if (feature < REQUIRED) {
            System.err.println("smc4j needs Java " + REQUIRED + " or later; this is Java "
                    + System.getProperty("java.version")
                    + " (" + System.getProperty("java.home") + ")");
            System.exit(2);
        }
        Class.forName("io.smc4j.engine.cli.Main").getMethod("main", String[].class).invoke(null, (Object) args);
    }
}
