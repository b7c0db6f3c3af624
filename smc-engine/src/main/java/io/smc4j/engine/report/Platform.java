package io.smc4j.engine.report;

/** The platform as reports name it. */
public final class Platform {

    private Platform() {
    }

    /** The version of Java. */
    public static String java() {
        return Runtime.version().toString();
    }

    /** The operating system. */
    public static String os() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch");
    }
}
