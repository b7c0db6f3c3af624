package io.smc4j.engine.jmx;

/** A Java runtime without JMX. */
final class NoMBeans implements EngineMBeans {

    @Override
    public boolean look() {
        return true;
    }

    @Override
    public void close() {
        // There is none.
    }
}
