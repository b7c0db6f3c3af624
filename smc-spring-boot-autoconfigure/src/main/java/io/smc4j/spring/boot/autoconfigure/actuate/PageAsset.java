package io.smc4j.spring.boot.autoconfigure.actuate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.util.MimeType;

/**
 * The page for browsers and what it is made of, each a file next to this class. The page names the others by a query
 * alone, {@code ?asset=page.js}: such a URL leads back to the endpoint whatever paths it and proxies before it have.
 */
enum PageAsset {

    PAGE("page.html", "text/html"),
    STYLE("page.css", "text/css"),
    ICON("icon.svg", "image/svg+xml"),
    CHART("chart.js", "text/javascript"),
    TABLE("table.js", "text/javascript"),
    SCRIPT("page.js", "text/javascript");

    private final String file;
    private final MimeType type;
    private volatile String content;

    PageAsset(String file, String type) {
        this.file = file;
        this.type = MimeType.valueOf(type + ";charset=UTF-8");
    }

    /** The file of that name; status 404 if there is none. */
    static WebEndpointResponse<Object> named(String file) {
        for (PageAsset asset : values()) {
            if (asset.file.equals(file)) {
                return asset.response();
            }
        }
        return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
    }

    /** The page, for the request that is answered. */
    static WebEndpointResponse<Object> page() {
        return new WebEndpointResponse<>(PAGE.content().replaceFirst("(?=<title>)",
                Matcher.quoteReplacement(CsrfMeta.elements())), PAGE.type);
    }

    WebEndpointResponse<Object> response() {
        return new WebEndpointResponse<>(content(), type);
    }

    private String content() {
        if (content == null) {
            content = read();
        }
        return content;
    }

    private String read() {
        try (InputStream stream = PageAsset.class.getResourceAsStream("page/" + file)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
