/**
 * A closed-loop load: a fixed number of callers, each of which sends its next request when it has the answer to the
 * last one. It runs inside the calling application, so that what is measured is the application's own HTTP client.
 */
package io.smc4j.samples.quickstart.load;
