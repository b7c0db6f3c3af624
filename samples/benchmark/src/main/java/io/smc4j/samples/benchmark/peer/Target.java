package io.smc4j.samples.benchmark.peer;

/**
 * What a path asks for: {@code /N}, or {@code /N?together=K}.
 *
 * @param body bytes of the answer
 * @param together requests that are answered all at once, so that each needs a connection of its own; 1 for at once
 */
record Target(int body, int together) {

    private static final String TOGETHER = "?together=";

    static Target parse(String path) {
        int mark = path.indexOf(TOGETHER);
        return mark < 0 ? new Target(Integer.parseInt(path.substring(1)), 1)
                : new Target(Integer.parseInt(path.substring(1, mark)),
                        Integer.parseInt(path.substring(mark + TOGETHER.length())));
    }

    /** Without the leading slash. */
    String path() {
        return together == 1 ? Integer.toString(body) : body + TOGETHER + together;
    }
}
