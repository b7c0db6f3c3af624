/**
 * How engines of different network namespaces, users and containers of one host find each other: by a directory that
 * both see, and by what their kernels know of a TCP connection.
 *
 * <p>Begin with {@link io.smc4j.engine.discovery.directory.SharedDirectory}. A client's
 * {@link io.smc4j.engine.discovery.directory.Search} asks the engines that it is acquainted with which of them has
 * accepted its connection. A server's {@link io.smc4j.engine.discovery.directory.Reception} takes the questions, and a
 * {@link io.smc4j.engine.discovery.directory.Respondent} answers them from its kernel.
 */
package io.smc4j.engine.discovery.directory;
