/**
 * Linux as the engine needs it: functions of the C library, called through the Foreign Function &amp; Memory API.
 *
 * <p>{@link io.smc4j.engine.os.NativeAccess} tells whether all that works here; ask it first. Descriptors are plain
 * {@code int}s, and a failing call throws {@link io.smc4j.engine.os.OsException} with the error number.
 *
 * <ul>
 * <li>{@link io.smc4j.engine.os.Sockets}: TCP. Sockets are our own descriptors rather than channels of the JDK, so that
 * one
 *     {@link io.smc4j.engine.os.Epoll} set holds them together with the doorbells.
 * <li>{@link io.smc4j.engine.os.SmcDiag}: what the kernel tells of the sockets of its own SMC.
 * <li>{@link io.smc4j.engine.os.SharedMemory}: where the rings live; {@link io.smc4j.engine.os.UnixSockets} hand it to
 *     another process of the host.
 * <li>{@link io.smc4j.engine.os.WakeSocket} and {@link io.smc4j.engine.os.Futex}: how one process wakes another;
 *     {@link io.smc4j.engine.os.EventFd}: how a process wakes its own threads.
 * <li>{@link io.smc4j.engine.os.Processors}, {@link io.smc4j.engine.os.Processes}, {@link io.smc4j.engine.os.Users} and
 *     {@link io.smc4j.engine.os.ResourceLimits}: what decides whether to spin, whom to trust and how much there is.
 * <li>{@link io.smc4j.engine.os.verbs}: RDMA, in a package of its own because of a library of its own.
 * </ul>
 *
 * <p>Inside, {@code SocketCalls} and {@code FileCalls} are the bare calls, which return a result or the negated error
 * number as the kernel itself does; arguments and results that are passed by pointer lie in a pooled
 * {@code NativeScratch}, so that no call allocates memory. This package imports nothing of the engine.
 */
package io.smc4j.engine.os;
