package io.smc4j.spring.boot.autoconfigure.actuate;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.smc4j.spring.boot.autoconfigure.SmcReport;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * A report as JSON. The marker interface has it written by the actuator's own mapper, which an application's settings
 * of Jackson do not change.
 *
 * @param report shown field by field
 */
record ReportBody(@JsonUnwrapped SmcReport report) implements OperationResponseBody {
}
