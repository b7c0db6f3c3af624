package io.smc4j.engine.smcr;

/**
 * How one RMB of the peer is reached over each link: remote key and address. Written on the control loop, read by
 * whoever sends; a place is filled before a connection uses its link.
 */
final class Rtokens {

    /** Links a link group can have at a time, while one replaces another. */
    static final int LINKS = 3;

    private final int[] links = new int[LINKS];
    private final int[] rkeys = new int[LINKS];
    private final long[] addresses = new long[LINKS];
    private int count;

    synchronized void put(int link, int rkey, long address) {
        remove(link);
        if (count < LINKS) {
            links[count] = link;
            rkeys[count] = rkey;
            addresses[count] = address;
            count++;
        }
    }

    synchronized void remove(int link) {
        int i = find(link);
        if (i >= 0) {
            count--;
            links[i] = links[count];
            rkeys[i] = rkeys[count];
            addresses[i] = addresses[count];
        }
    }

    synchronized boolean has(int link) {
        return find(link) >= 0;
    }

    synchronized boolean is(int link, int rkey) {
        int i = find(link);
        return i >= 0 && rkeys[i] == rkey;
    }

    synchronized int rkey(int link) {
        return rkeys[find(link)];
    }

    synchronized long address(int link) {
        return addresses[find(link)];
    }

    private int find(int link) {
        for (int i = 0; i < count; i++) {
            if (links[i] == link) {
                return i;
            }
        }
        return -1;
    }
}
