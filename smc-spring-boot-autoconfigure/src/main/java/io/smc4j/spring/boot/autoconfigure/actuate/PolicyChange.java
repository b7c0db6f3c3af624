package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.RuleInForce.Terms;
import io.smc4j.engine.SmcPolicy;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.boot.convert.DurationStyle;

/** Reads the terms of a new rule from a request. */
final class PolicyChange {

    private static final Pattern DATE = Pattern.compile("[+-]?\\d{4,}-.*");
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+");
    private static final String EXPIRIES = "a duration with a unit such as 10m, or an instant such as"
            + " 2030-01-31T12:00:00Z, in the future";

    private PolicyChange() {
    }

    /**
     * Reads them; each may be {@code null}.
     *
     * @throws IllegalArgumentException saying what is not permitted
     */
    static Terms terms(SmcPolicy.Rule rule, String note, String expiry, String applyTo) {
        return new Terms(note, expiry != null ? expiry(expiry.strip()) : null,
                applyTo != null && isOpen(rule, applyTo));
    }

    private static Instant expiry(String text) {
        Instant now = Instant.now();
        try {
            if (DATE.matcher(text).matches()) {
                return OffsetDateTime.parse(text).toInstant();
            }
            if (!NUMBER.matcher(text).matches()) {
                Duration left = DurationStyle.detectAndParse(text);
                if (left.isNegative() || left.isZero()) {
                    throw new InvalidSettingException("expiry", text, EXPIRIES);
                }
                return now.plus(left);
            }
        } catch (DateTimeException | ArithmeticException e) {
            throw refused(text, e);
        } catch (IllegalArgumentException e) {
            throw e instanceof InvalidSettingException known ? known : refused(text, e);
        }
        throw new InvalidSettingException("expiry", text, EXPIRIES);
    }

    private static InvalidSettingException refused(String text, Exception cause) {
        InvalidSettingException refusal = new InvalidSettingException("expiry", text, EXPIRIES);
        refusal.initCause(cause);
        return refusal;
    }

    /** An open connection can go over to TCP, and not back. */
    private static boolean isOpen(SmcPolicy.Rule rule, String applyTo) {
        switch (applyTo.strip().toLowerCase(Locale.ROOT)) {
            case "new":
                return false;
            case "open":
                if (rule.action() != SmcPolicy.Action.DENY) {
                    throw new IllegalArgumentException("applyTo open goes with a rule that denies connections");
                }
                return true;
            default:
                throw new InvalidSettingException("applyTo", applyTo, "new or open");
        }
    }
}
