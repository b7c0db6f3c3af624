package io.smc4j.spring.boot.autoconfigure.actuate;

import org.springframework.boot.actuate.endpoint.Producible;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * The formats of the report. Of several that a client accepts the last one here is taken, whatever their weights: JSON
 * for who names it, a page for browsers, and JSON for who takes anything.
 */
enum ReportFormat implements Producible<ReportFormat> {

    /** A page for who wants nothing else; the JDK's {@code HttpURLConnection} names its type, and takes anything. */
    HTML(MimeTypeUtils.TEXT_HTML),
    /** A table. */
    TEXT(MimeTypeUtils.TEXT_PLAIN),
    /** The actuator's own media type. */
    ACTUATOR_JSON(MimeType.valueOf("application/vnd.spring-boot.actuator.v3+json")),
    /** What a client gets that does not care. It needs a type that stands for nothing else: the actuator's former. */
    ANY(MimeType.valueOf("application/vnd.spring-boot.actuator.v2+json")),
    /** A page: browsers take anything, and all of them name this type, as nobody else does. */
    BROWSER(MimeTypeUtils.parseMimeType("application/xhtml+xml")),
    /** JSON by its name. */
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
        return this == ANY;
    }

    /** What the answer says that it is, unless it is a page. */
    MimeType contentType() {
        return (this == ANY) ? JSON.mimeType : mimeType;
    }

    boolean isPage() {
        return this == HTML || this == BROWSER;
    }
}
