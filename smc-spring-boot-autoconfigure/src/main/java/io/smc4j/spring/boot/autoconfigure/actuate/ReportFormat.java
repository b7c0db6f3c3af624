package io.smc4j.spring.boot.autoconfigure.actuate;

import org.springframework.boot.actuate.endpoint.Producible;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * The formats of the report. Of several that a client accepts the last one here is taken, so clients that list JSON
 * before text, as many do by default, get JSON.
 */
enum ReportFormat implements Producible<ReportFormat> {

    /** A table. */
    TEXT(MimeTypeUtils.TEXT_PLAIN),
    /** The actuator's own media type. */
    ACTUATOR_JSON(MimeType.valueOf("application/vnd.spring-boot.actuator.v3+json")),
    /** What a client gets that does not care. */
    JSON(MimeTypeUtils.APPLICATION_JSON);

    private final MimeType mimeType;

    ReportFormat(MimeType mimeType) {
        this.mimeType = mimeType;
    }

    @Override
    public MimeType getProducedMimeType() {
        return mimeType;
    }

    @Override
    public boolean isDefault() {
        return this == JSON;
    }
}
