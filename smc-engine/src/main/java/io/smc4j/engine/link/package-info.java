/**
 * The device kind "shared memory between two processes of one host": link groups, segments, rings and doorbells.
 *
 * <p>A {@link io.smc4j.engine.link.SmcdLinkGroup} joins two processes by two segments, each owned by the side that receives
 * into it, and by a control socket. {@link io.smc4j.engine.link.SmcdLinkGroups} makes them. Waiting threads of this process
 * are woken through a {@link io.smc4j.engine.link.Doorbell}, before which they may poll as
 * {@link io.smc4j.engine.link.Spinner} permits. The layout of the memory is described in {@code SegmentLayout}.
 */
package io.smc4j.engine.link;
