/**
 * RDMA as the engine needs it: the installed libibverbs ({@code libibverbs.so.1}), called through the Foreign Function
 * &amp; Memory API. Reliable connected queue pairs over Ethernet (RoCE), SEND and RDMA WRITE, no more.
 *
 * <p>{@link io.smc4j.engine.os.verbs.Verbs} is the way in. From a {@link io.smc4j.engine.os.verbs.VerbsContext}, an
 * opened device, come {@link io.smc4j.engine.os.verbs.ProtectionDomain}s with their
 * {@link io.smc4j.engine.os.verbs.MemoryRegion}s and {@link io.smc4j.engine.os.verbs.QueuePair}s, and
 * {@link io.smc4j.engine.os.verbs.CompletionQueue}s, which a {@link io.smc4j.engine.os.verbs.CompletionChannel} makes
 * fit for epoll. Who made an object closes it, in this order: queue pairs, then completion queues, then channels;
 * memory regions; protection domains after both; the context last. Closing twice is harmless; closing after the context
 * does nothing, not even for a channel's descriptor. Using a queue pair or a completion queue while another thread
 * closes it is not harmless: the caller keeps the two apart.
 *
 * <p>What is rare throws {@link io.smc4j.engine.os.verbs.VerbsException}, which says what the administrator can do.
 * What is frequent, posting and polling, allocates nothing, takes no lock of ours and returns error numbers. libibverbs
 * has no symbols for these calls: each device's driver supplies functions, whose addresses lie in the context
 * ({@code ContextOperations}). {@code Abi} has the places of the structures' fields, {@code VerbsCalls} the library's
 * other functions. This package imports nothing of the engine but {@link io.smc4j.engine.os}.
 */
package io.smc4j.engine.os.verbs;
