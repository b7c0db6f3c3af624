package io.smc4j.samples.quickstart.load;

/**
 * What one run of a load came to.
 *
 * @param requests correctly answered requests
 * @param errors callers that met an error and stopped
 * @param firstError the first such error, {@code null} if there was none
 * @param seconds from the start until the last caller had stopped
 * @param p50Micros median time of a request in microseconds
 * @param p99Micros time in microseconds that 99 of 100 requests did not exceed
 */
public record LoadResult(
        long requests, long errors, String firstError, double seconds, double p50Micros, double p99Micros) {
}
