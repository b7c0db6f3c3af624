package io.smc4j.samples.benchmark.driver;

/** A peer that has ended, or does not answer: nothing more can be asked of it. */
final class PeerGoneException extends MeasurementException {

    private static final long serialVersionUID = 1L;

    PeerGoneException(String message) {
        super(message);
    }
}
