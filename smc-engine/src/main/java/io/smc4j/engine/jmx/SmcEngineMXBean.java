package io.smc4j.engine.jmx;

import java.util.Map;

/**
 * What JMX shows of an engine: {@code io.smc4j:type=Engine,id=N}, one for each engine of the process. What is read
 * within a tenth of a second is of one moment. Thread-safe.
 */
public interface SmcEngineMXBean {

    /** The part of the name before the number. */
    String NAME = "io.smc4j:type=Engine,id=";

    /** The engine's GID, 32 hexadecimal digits. */
    String getGid();

    /** Open connections by mode, {@code SMCD}, {@code SMCR} or {@code TCP}; a mode not known yet is none. */
    Map<String, Long> getConnections();

    /** What became of connections so far, by outcome. */
    Map<String, Long> getHandshakes();

    /** Connections that went to TCP so far, by reason; only reasons that have occurred. */
    Map<String, Long> getFallbacks();

    /** Payload bytes sent so far, by mode. */
    Map<String, Long> getBytesSent();

    /** Payload bytes received so far, by mode. */
    Map<String, Long> getBytesReceived();

    /** What is used of what is bounded, by kind, in bytes or pieces. */
    Map<String, Long> getResources();

    /** Bytes that rings may take. */
    long getRingMemoryLimit();

    /** Processes and hosts that this one shares link groups with. */
    int getLinkGroups();

    /** Connections of this process whose reader has taken nothing for long while bytes wait. */
    int getSlowReaders();

    /** The tables that the endpoint gives as {@code text/plain}. */
    String report();
}
