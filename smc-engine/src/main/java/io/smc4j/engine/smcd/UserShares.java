package io.smc4j.engine.smcd;

import java.util.HashMap;
import java.util.Map;

/**
 * Places that the processes of all users share. No user has more than is left to all others, so that there is always
 * room for one who has none. For one thread at a time.
 */
public final class UserShares {

    private final int most;
    private final Map<Integer, Integer> byUser = new HashMap<>();
    private int total;

    /** @param most places of all users together */
    public UserShares(int most) {
        this.most = most;
    }

    /** Takes a place, if the user has not enough. */
    public boolean take(int user) {
        if (byUser.getOrDefault(user, 0) >= most - total) {
            return false;
        }
        total++;
        byUser.merge(user, 1, Integer::sum);
        return true;
    }

    /** Places that are taken. */
    int total() {
        return total;
    }

    /** Places of the user that has most. */
    int fullest() {
        return byUser.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /** Places that a user with {@code taken} ones can have in the end, if the others take none. */
    int limit(int taken) {
        return (most - (total - taken) + 1) / 2;
    }

    /** Gives a place back that was taken. */
    public void release(int user) {
        total--;
        byUser.computeIfPresent(user, (key, taken) -> taken == 1 ? null : taken - 1);
    }
}
