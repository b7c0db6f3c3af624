package io.smc4j.spring.boot.autoconfigure.actuate;

/** The platform as reports name it. */
final class Platform {

    private Platform() {
    }

    static String java() {
        return Runtime.version().toString();
    }

    static String os() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch");
    }
}
