/**
 * The Java agent: has the sockets and channels of an unchanged program made by one engine.
 *
 * <p>{@link io.smc4j.engine.agent.Premain} is compiled for Java 17, to say on any Java why there is no SMC. Nothing of
 * the engine is opened before the program's first socket.
 */
package io.smc4j.engine.agent;
