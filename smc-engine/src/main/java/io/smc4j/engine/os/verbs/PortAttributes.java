package io.smc4j.engine.os.verbs;

/**
 * A port of a device as it is now.
 *
 * @param active whether it can carry traffic
 * @param mtuCode the path MTU it can carry: 1 to 5 for 256, 512, 1024, 2048, 4096 bytes
 * @param ethernet whether it is RoCE rather than InfiniBand
 * @param gidTableLength how many GIDs it has room for
 */
public record PortAttributes(boolean active, int mtuCode, boolean ethernet, int gidTableLength) {
}
