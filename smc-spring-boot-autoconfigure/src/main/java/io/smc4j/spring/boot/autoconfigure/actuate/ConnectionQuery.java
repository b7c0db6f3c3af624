package io.smc4j.spring.boot.autoconfigure.actuate;

import io.smc4j.engine.Addresses;
import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.SmcFlow;
import io.smc4j.engine.SmcSnapshot.Connection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Which connections of a snapshot a report shows, and in which order: a client need not take thousands. */
final class ConnectionQuery {

    static final ConnectionQuery ALL = new ConnectionQuery(List.of(), null, 0, Integer.MAX_VALUE);

    private static final Map<String, Comparator<Connection>> ORDERS = orders();

    private final List<String> terms;
    private final Comparator<Connection> order;
    private final int offset;
    private final int limit;

    /**
     * What a query has found.
     *
     * @param connections those to be shown
     * @param found how many match, shown or not
     */
    record Found(List<Connection> connections, int found) {
    }

    private ConnectionQuery(List<String> terms, Comparator<Connection> order, int offset, int limit) {
        this.terms = terms;
        this.order = order;
        this.offset = offset;
        this.limit = limit;
    }

    /**
     * Reads a query from a request; each parameter may be {@code null}.
     *
     * @param search words, each of which occurs in what there is to say of the connection
     * @param sort a field's name, after a minus for a descending order
     * @throws IllegalArgumentException saying what is not permitted
     */
    static ConnectionQuery of(String search, String sort, Integer offset, Integer limit) {
        return new ConnectionQuery(search != null ? words(search) : List.of(), sort != null ? order(sort) : null,
                notNegative("offset", offset, 0), notNegative("limit", limit, Integer.MAX_VALUE));
    }

    /** The fields by which connections can be sorted. */
    static Set<String> fields() {
        return ORDERS.keySet();
    }

    private static List<String> words(String search) {
        return search.isBlank() ? List.of() : List.of(search.strip().toLowerCase(Locale.ROOT).split("\\s+"));
    }

    private static Comparator<Connection> order(String sort) {
        boolean descending = sort.startsWith("-");
        Comparator<Connection> order = ORDERS.get(descending ? sort.substring(1) : sort);
        if (order == null) {
            throw new InvalidSettingException("sort", sort, "one of " + String.join(", ", fields())
                    + ", after a minus for a descending order");
        }
        return descending ? order.reversed() : order;
    }

    private static int notNegative(String name, Integer value, int otherwise) {
        if (value != null && value < 0) {
            throw new InvalidSettingException(name, Integer.toString(value), "0 or more");
        }
        return (value != null) ? value : otherwise;
    }

    Found apply(List<Connection> connections) {
        List<Connection> found = connections;
        if (!terms.isEmpty()) {
            found = connections.stream().filter(this::matches).toList();
        }
        if (order != null) {
            found = new ArrayList<>(found);
            found.sort(order);
        }
        int from = Math.min(offset, found.size());
        return new Found(found.subList(from, from + Math.min(limit, found.size() - from)), found.size());
    }

    private boolean matches(Connection connection) {
        FallbackReason reason = connection.fallbackReason();
        String text = (connection.id() + " " + connection.role() + " " + Addresses.text(connection.local()) + " "
                + Addresses.text(connection.peer()) + " " + (connection.mode() != null ? connection.mode() : "") + " "
                + connection.state() + (reason != null ? " " + reason.name() + " " + reason.text() : ""))
                .toLowerCase(Locale.ROOT);
        return terms.stream().allMatch(text::contains);
    }

    private static Map<String, Comparator<Connection>> orders() {
        Map<String, Comparator<Connection>> orders = new TreeMap<>();
        orders.put("id", Comparator.comparingLong(Connection::id));
        orders.put("role", byField(Connection::role));
        orders.put("mode", byField(Connection::mode));
        orders.put("state", byField(Connection::state));
        orders.put("since", byField(Connection::since));
        orders.put("local", byAddress(Connection::local));
        orders.put("peer", byAddress(Connection::peer));
        orders.put("linkGroup", Comparator.comparingInt(Connection::linkGroup));
        orders.put("receiveBufferSize", Comparator.comparingInt(Connection::receiveBufferSize));
        orders.put("bytesSent", Comparator.comparingLong(Connection::bytesSent));
        orders.put("bytesReceived", Comparator.comparingLong(Connection::bytesReceived));
        orders.put("sentRate", byFlow((flow) -> flow.last1s().sent()));
        orders.put("receivedRate", byFlow((flow) -> flow.last1s().received()));
        orders.put("unread", byFlow(SmcFlow::unread));
        return orders;
    }

    private static <T extends Comparable<T>> Comparator<Connection> byField(Function<Connection, T> field) {
        return Comparator.comparing(field, Comparator.nullsFirst(Comparator.naturalOrder()));
    }

    private static Comparator<Connection> byFlow(ToLongFunction<SmcFlow> figure) {
        return Comparator.comparingLong((connection) ->
                (connection.flow() != null) ? figure.applyAsLong(connection.flow()) : -1);
    }

    private static Comparator<Connection> byAddress(Function<Connection, InetSocketAddress> end) {
        return Comparator.comparing(end, Comparator.nullsFirst(ConnectionQuery::compare));
    }

    /** Names without an address come first; then addresses by their numbers, the shorter kind before the longer. */
    private static int compare(InetSocketAddress a, InetSocketAddress b) {
        InetAddress one = a.getAddress();
        InetAddress other = b.getAddress();
        int order;
        if (one == null || other == null) {
            order = (one == other) ? a.getHostString().compareTo(b.getHostString()) : one == null ? -1 : 1;
        } else {
            byte[] left = one.getAddress();
            byte[] right = other.getAddress();
            order = (left.length == right.length) ? Arrays.compareUnsigned(left, right) : left.length - right.length;
        }
        return (order != 0) ? order : a.getPort() - b.getPort();
    }
}
