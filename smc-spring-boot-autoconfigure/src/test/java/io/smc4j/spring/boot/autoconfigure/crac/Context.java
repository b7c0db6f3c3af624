package io.smc4j.spring.boot.autoconfigure.crac;

import java.util.ArrayList;
import java.util.List;

/**
 * The last that came is the first to be told of a checkpoint, and the last to be told of the restore.
 *
 * @param <R> what is told
 */
public class Context<R extends Resource> {

    final List<R> resources = new ArrayList<>();

    public void register(R resource) {
        resources.add(resource);
    }
}
