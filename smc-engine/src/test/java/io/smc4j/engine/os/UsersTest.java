package io.smc4j.engine.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest {

    @Test
    void knowsRoot() throws OsException {
        assertThat(Users.userId("root")).hasValue(0);
        assertThat(Users.groupId("root")).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "smc4j-no-such-user", "root\0", "0", "root:x", "ro ot", "größer"})
    void tellsWhereThereIsNone(String name) throws OsException {
        assertThat(Users.userId(name)).isEmpty();
        assertThat(Users.groupId(name)).isEmpty();
    }

    @Test
    void knowsAllUsersAndGroupsOfTheSystemsFiles() throws IOException {
        for (Map.Entry<String, Integer> user : ids("/etc/passwd").entrySet()) {
            assertThat(Users.userId(user.getKey())).as(user.getKey()).hasValue(user.getValue());
        }
        for (Map.Entry<String, Integer> group : ids("/etc/group").entrySet()) {
            assertThat(Users.groupId(group.getKey())).as(group.getKey()).hasValue(group.getValue());
        }
    }

    @Test
    void findsRoomForAGroupWithManyMembers() throws OsException {
        assertThat(Users.groupId("root", 1)).hasValue(0);
    }

    /** Names and ids, the first of each name, as the C library takes them. */
    private static Map<String, Integer> ids(String file) throws IOException {
        Map<String, Integer> ids = new HashMap<>();
        for (String line : Files.readAllLines(Path.of(file))) {
            String[] fields = line.split(":");
            // Lines that begin so are for the name service switch, see nsswitch.conf(5).
            if (fields.length > 2 && !fields[0].startsWith("+") && !fields[0].startsWith("-")) {
                ids.putIfAbsent(fields[0], Integer.parseUnsignedInt(fields[2]));
            }
        }
        assertThat(ids).isNotEmpty();
        return ids;
    }
}
