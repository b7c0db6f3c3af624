package io.smc4j.engine.agent;

import java.util.List;

/** Which classes open sockets and channels of the JDK: those that are named, and whatever they call. */
final class Exclusion {

    private final List<String> names;

    private Exclusion(List<String> names) {
        this.names = names;
    }

    static Exclusion of(List<String> names) {
        return new Exclusion(List.copyOf(names));
    }

    boolean isCallerExcluded() {
        return !names.isEmpty()
                && StackWalker.getInstance().walk(frames -> frames.anyMatch(frame -> excludes(frame.getClassName())));
    }

    boolean excludes(String className) {
        for (String name : names) {
            boolean inside = name.endsWith(".*") ? className.startsWith(name.substring(0, name.length() - 1))
                    : className.equals(name) || className.startsWith(name + "$");
            if (inside) {
                return true;
            }
        }
        return false;
    }
}
