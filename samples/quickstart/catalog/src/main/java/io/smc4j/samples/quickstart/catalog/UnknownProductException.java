package io.smc4j.samples.quickstart.catalog;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/** Answered with 404. */
class UnknownProductException extends ResponseStatusException {

    UnknownProductException(String sku) {
        super(HttpStatus.NOT_FOUND, "no article " + sku);
    }
}
