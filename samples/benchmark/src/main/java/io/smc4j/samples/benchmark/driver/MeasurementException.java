package io.smc4j.samples.benchmark.driver;

/** Something could not be measured; the text says what and why. */
final class MeasurementException extends RuntimeException {

    MeasurementException(String message) {
        super(message);
    }
}
