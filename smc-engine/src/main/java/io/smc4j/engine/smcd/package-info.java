/**
 * SMC-D: link groups over shared memory, between two processes of one host. Its sibling is {@code smcr}.
 *
 * <p>{@link io.smc4j.engine.smcd.SmcdLinkGroups} makes and finds link groups: an {@code Introduction} over a UNIX
 * socket exchanges two sealed segments, each owned by the side that receives into it. Then a
 * {@link io.smc4j.engine.smcd.SmcdLinkGroup} hands out rings of its segment, and lets them grow and shrink.
 */
package io.smc4j.engine.smcd;
