package io.smc4j.engine;

import io.smc4j.engine.RuleInForce.Origin;
import io.smc4j.engine.RuleInForce.Terms;
import io.smc4j.engine.SmcPolicy.Action;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The policy in force: rules that come and go while connections are made, each with an id and a count of the
 * connections that it has decided. The first that matches decides; a peer that no rule matches is allowed.
 *
 * <p>Thread-safe. Who decides takes no lock: a change replaces the whole list, and changes come one after the other.
 */
public final class PolicyTable {

    /** Rules in force at most. */
    public static final int MAX_RULES = 10_000;

    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final int ID_DIGITS = 6;
    private static final int ID_RADIX = 36;

    /**
     * What the rules say of a connection.
     *
     * @param action whether SMC may be tried
     * @param rule which says so; {@code null} if none matches
     */
    public record Decision(Action action, RuleInForce rule) {
    }

    /** What happens to a rule. */
    public enum ChangeKind {
        /** It was put in force. */
        ADDED,
        /** It was taken out of force, otherwise than by its expiry. */
        REMOVED
    }

    /**
     * A change of the rules in force.
     *
     * @param kind what has happened
     * @param rule the rule to which it has
     */
    public record Change(ChangeKind kind, RuleInForce rule) {
    }

    private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
    private final String fixedBecause;
    private final LongSupplier nanoTime;
    /** Never changed, but replaced with the monitor held. */
    private volatile RuleInForce[] table;

    /** Begins with the rules of the settings, whose ids are {@code c0}, {@code c1} and so on. */
    public PolicyTable(SmcPolicy configured) {
        this(configured, null, System::nanoTime);
    }

    /** @param fixedBecause why it cannot be changed; {@code null} if it can be */
    PolicyTable(SmcPolicy configured, String fixedBecause, LongSupplier nanoTime) {
        this.fixedBecause = fixedBecause;
        this.nanoTime = nanoTime;
        this.table = new RuleInForce[configured.rules().size()];
        for (int i = 0; i < table.length; i++) {
            table[i] = new RuleInForce("c" + i, configured.rules().get(i), Origin.CONFIGURED, Terms.NONE, 0);
        }
    }

    /** A table that stays as it is, for a cause that whoever tries to change it is told. */
    public static PolicyTable fixed(SmcPolicy policy, String cause) {
        return new PolicyTable(policy, Objects.requireNonNull(cause), System::nanoTime);
    }

    // ---- deciding

    /** Decides about an outgoing connection that is being made, and counts it. */
    public Decision decideOutbound(InetSocketAddress remote) {
        return counted(decide(PolicySubject.outbound(remote)));
    }

    /** Decides about an accepted connection, and counts it. */
    public Decision decideInbound(InetAddress peer, int listenPort) {
        return counted(decide(PolicySubject.inbound(peer, listenPort)));
    }

    /** What {@link #decideOutbound} would say. */
    public Decision checkOutbound(InetSocketAddress remote) {
        return decide(PolicySubject.outbound(remote));
    }

    /** What {@link #decideInbound} would say. */
    public Decision checkInbound(InetAddress peer, int listenPort) {
        return decide(PolicySubject.inbound(peer, listenPort));
    }

    private static Decision counted(Decision decision) {
        if (decision.rule() != null) {
            decision.rule().hit();
        }
        return decision;
    }

    private Decision decide(PolicySubject subject) {
        RuleInForce[] rules = table;
        if (rules.length > 0) {
            long now = nanoTime.getAsLong();
            for (RuleInForce rule : rules) {
                if (rule.rule().matches(subject) && !rule.isOver(now)) {
                    return new Decision(rule.rule().action(), rule);
                }
            }
        }
        return new Decision(Action.ALLOW, null);
    }

    // ---- showing

    /** The rules in force, in order of precedence. */
    public List<RuleInForce> rules() {
        long now = nanoTime.getAsLong();
        return Arrays.stream(table).filter(rule -> !rule.isOver(now)).toList();
    }

    /** What the rules in force say. */
    public SmcPolicy policy() {
        return new SmcPolicy(rules().stream().map(RuleInForce::rule).toList());
    }

    // ---- changing

    /** Whom to tell of each change, in their order; must not block. */
    public void onChange(Consumer<Change> listener) {
        listeners.add(listener);
    }

    private void tell(ChangeKind kind, RuleInForce rule) {
        listeners.forEach(listener -> listener.accept(new Change(kind, rule)));
    }

    /**
     * Puts a rule in force. One of the engine's own comes last, so that those that somebody has written count for more.
     *
     * @param place before how many others it stands, from 0; beyond the last it becomes the last
     * @throws InvalidSettingException if the place is negative or the expiry is not in the future
     * @throws IllegalStateException if there can be no further rule
     */
    public synchronized RuleInForce add(SmcPolicy.Rule rule, Origin origin, Terms terms, int place) {
        InvalidSettingException.requireNumber("position", place, 0, Integer.MAX_VALUE);
        List<RuleInForce> rules = changeable();
        if (rules.size() >= MAX_RULES) {
            throw new IllegalStateException("there are " + MAX_RULES + " rules already, which is the limit");
        }
        RuleInForce added = new RuleInForce(newId(origin, rules), rule, origin, terms, deadline(terms.expiry()));
        rules.add(origin == Origin.ADAPTIVE ? rules.size() : Math.min(place, rules.size()), added);
        table = rules.toArray(RuleInForce[]::new);
        tell(ChangeKind.ADDED, added);
        return added;
    }

    /**
     * Takes a rule out of force.
     *
     * @return whether there was one of that id
     * @throws IllegalStateException if the table is fixed
     */
    public synchronized boolean remove(String id) {
        List<RuleInForce> rules = changeable();
        RuleInForce found = rules.stream().filter(rule -> rule.id().equals(id)).findFirst().orElse(null);
        rules.remove(found);
        table = rules.toArray(RuleInForce[]::new);
        if (found != null) {
            tell(ChangeKind.REMOVED, found);
        }
        return found != null;
    }

    /**
     * Puts other rules in force in the place of all. One that was in force before stays what it is, with its id.
     *
     * @throws IllegalStateException if the table is fixed
     */
    public synchronized void replace(SmcPolicy policy) {
        List<RuleInForce> former = changeable();
        List<RuleInForce> rules = new ArrayList<>();
        List<RuleInForce> added = new ArrayList<>();
        for (SmcPolicy.Rule rule : policy.rules()) {
            RuleInForce known = former.stream().filter(one -> one.rule().equals(rule)).findFirst().orElse(null);
            former.remove(known);
            if (known == null) {
                known = new RuleInForce(newId(Origin.RUNTIME, rules), rule, Origin.RUNTIME, Terms.NONE, 0);
                added.add(known);
            }
            rules.add(known);
        }
        table = rules.toArray(RuleInForce[]::new);
        former.forEach(rule -> tell(ChangeKind.REMOVED, rule));
        added.forEach(rule -> tell(ChangeKind.ADDED, rule));
    }

    /** Those in force, in a list of the caller's. */
    private List<RuleInForce> changeable() {
        if (fixedBecause != null) {
            throw new IllegalStateException(fixedBecause);
        }
        return new ArrayList<>(rules());
    }

    /** At random, lest who knows an id of before a restart mean another rule by it. */
    private static String newId(Origin origin, List<RuleInForce> taken) {
        String prefix = origin == Origin.ADAPTIVE ? "a" : "r";
        while (true) {
            StringBuilder id = new StringBuilder(prefix);
            for (int i = 0; i < ID_DIGITS; i++) {
                id.append(Character.forDigit(ThreadLocalRandom.current().nextInt(ID_RADIX), ID_RADIX));
            }
            if (taken.stream().noneMatch(rule -> rule.id().contentEquals(id))) {
                return id.toString();
            }
        }
    }

    /** The time that is left is measured by a clock that nobody sets. */
    private long deadline(Instant expiry) {
        if (expiry == null) {
            return 0;
        }
        Duration left = Duration.between(Instant.now(), expiry);
        if (left.isNegative() || left.isZero()) {
            throw new InvalidSettingException("expiry", expiry, "in the future");
        }
        if (left.compareTo(LONGEST) > 0) {
            throw new InvalidSettingException("expiry", expiry,
                    "within " + LONGEST.toDays() + " days, or left out for a rule that stays");
        }
        return nanoTime.getAsLong() + left.toNanos();
    }
}
