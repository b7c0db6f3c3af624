package io.smc4j.engine.smcd;

import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.Processes;
import io.smc4j.engine.os.UnixSockets;
import io.smc4j.engine.os.Users;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** With whose processes memory is shared. Immutable. */
public final class Admission {

    private static final String GROUP = "@";

    private final boolean anybody;
    private final Set<Integer> users = new HashSet<>();
    private final Set<Integer> groups = new HashSet<>();

    /**
     * Looks names up.
     *
     * @param names as {@link io.smc4j.engine.SmcConfig.SharedMemory#users()}; empty for anybody
     * @throws InvalidSettingException naming one that this host does not know
     */
    public Admission(List<String> names) {
        anybody = names.isEmpty();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            boolean group = name.startsWith(GROUP);
            OptionalInt id = id(group ? name.substring(1) : name, group);
            if (id.isEmpty()) {
                throw new InvalidSettingException("shared-memory.users[" + i + "]", name,
                        "a user or group that this host knows, or the number of one");
            }
            (group ? groups : users).add(id.getAsInt());
        }
    }

    private static OptionalInt id(String name, boolean group) {
        if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalInt.of(Integer.parseUnsignedInt(name));
        }
        try {
            return group ? Users.groupId(name) : Users.userId(name);
        } catch (OsException e) {
            return OptionalInt.empty();
        }
    }

    /** Whether a process may be let in through the directory, whose mode has let it come. */
    boolean admits(int fd, UnixSockets.Credentials peer) {
        if (anybody || users.contains(peer.uid()) || groups.contains(peer.gid())) {
            return true;
        }
        try {
            return !groups.isEmpty() && Arrays.stream(UnixSockets.peerGroups(fd)).anyMatch(groups::contains);
        } catch (OsException e) {
            return false;
        }
    }

    /**
     * Whether a process may be let in by a marker, which any process of the network namespace finds.
     *
     * @param follows whether the marker is the peer's: root serves every user, but follows no other user's, which
     *        could stand for a server without SMC
     */
    boolean admitsByMarker(int fd, UnixSockets.Credentials peer, boolean follows) {
        int self = Processes.effectiveUserId();
        boolean known = peer.uid() == 0 || peer.uid() == self || self == 0 && !follows;
        return known && admits(fd, peer);
    }
}
