package io.smc4j.samples.benchmark.driver;

/** Something could not be measured; the text says what and why. */
class MeasurementException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MeasurementException(String message) {
        super(message);
    }
}
