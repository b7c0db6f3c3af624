package io.smc4j.engine.smcd;

/**
 * How much of what is bounded the link groups use.
 *
 * @param all of all
 * @param user of the user that has most
 * @param process of the process that has most
 * @param connections in the fullest link group
 * @param messages that wait for the peer for which most do
 */
public record LinkGroupUsage(Share all, Share user, Share process, Share connections, Share messages) {

    /**
     * One bounded quantity.
     *
     * @param highest the most that was used at a time; as much as {@code used} if that is not kept
     */
    public record Share(long used, long limit, long highest) {
    }
}
