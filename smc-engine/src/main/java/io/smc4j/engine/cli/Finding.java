package io.smc4j.engine.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One thing the probe looked at.
 *
 * @param name stable, for scripts
 * @param title for people
 * @param found what is there, or why it is not
 * @param hint what can be done about it; empty where nothing needs to be
 */
record Finding(String name, String title, State state, String found, String hint) {

    /** How good it is. */
    enum State {
        /** As it should be. */
        OK,
        /** Works, with a drawback that the hint names. */
        LIMITED,
        /** Not there. */
        NO;

        String text() {
            return switch (this) {
                case OK -> "ok";
                case LIMITED -> "limited";
                case NO -> "-";
            };
        }
    }

    static Finding ok(String name, String title, String found) {
        return new Finding(name, title, State.OK, found, "");
    }

    static Finding limited(String name, String title, String found, String hint) {
        return new Finding(name, title, State.LIMITED, found, hint);
    }

    static Finding no(String name, String title, String found, String hint) {
        return new Finding(name, title, State.NO, found, hint);
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("state", state == State.NO ? "no" : state.text());
        map.put("found", found);
        map.put("hint", hint);
        return map;
    }
}
