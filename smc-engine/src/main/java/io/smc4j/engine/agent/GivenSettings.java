package io.smc4j.engine.agent;

import io.smc4j.engine.InvalidSettingException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The texts that options and environment give to settings. Options come first; a list or a rule that both have is that
 * of the options.
 */
final class GivenSettings {

    static final String PREFIX = "SMC4J_";

    /** What Kubernetes tells every container of a service that is called {@code smc4j}. */
    private static final Pattern SERVICE = Pattern.compile("SMC4J_(SERVICE|PORT)(_.*)?");

    private static final List<String> RULE_PARTS = List.of("action", "direction", "host", "cidr", "port");
    private static final List<String> PNET_PARTS = List.of("netdev", "device", "port");
    private static final Pattern PART = Pattern.compile("(policy|rdmapnet)(\\d{1,3})([a-z]+)");
    private static final Pattern ELEMENT = Pattern.compile("([a-z]+)(\\d{1,3})");

    private final Map<Setting, String> values = new EnumMap<>(Setting.class);
    private final Map<Setting, TreeMap<Integer, Map<String, String>>> entries = new EnumMap<>(Setting.class);

    private GivenSettings() {
    }

    /**
     * Reads {@code name=value} pairs between commas, and the variables that begin with {@code SMC4J_}. A piece without
     * an equals sign is a further element of the list before it.
     *
     * @throws IllegalArgumentException with a text for the user, if something is no setting
     */
    static GivenSettings read(String options, Map<String, String> environment) {
        GivenSettings given = new GivenSettings();
        given.readOptions(options);
        GivenSettings variables = new GivenSettings();
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !SERVICE.matcher(name).matches()) {
                variables.put(name, name.substring(PREFIX.length()), value);
            }
        });
        variables.values.forEach(given.values::putIfAbsent);
        variables.entries.forEach(given.entries::putIfAbsent);
        return given;
    }

    private void readOptions(String options) {
        Map<String, String> pairs = new LinkedHashMap<>();
        String last = null;
        for (String piece : options == null ? new String[0] : options.split(",")) {
            int equals = piece.indexOf('=');
            if (equals >= 0) {
                last = piece.substring(0, equals).strip();
                String value = piece.substring(equals + 1).strip();
                pairs.merge(last, value, (one, more) -> one + "," + more);
            } else if (last != null) {
                pairs.merge(last, piece.strip(), (one, more) -> one + "," + more);
            } else if (!piece.isBlank()) {
                throw new IllegalArgumentException("option '" + piece.strip() + "' has no value");
            }
        }
        pairs.forEach((name, value) -> put("option " + name, name.replaceFirst("^smc\\.", ""), value));
    }

    private void put(String source, String name, String value) {
        String key = Setting.key(name);
        Matcher part = PART.matcher(key);
        if (part.matches()) {
            Setting list = part.group(1).equals("policy") ? Setting.POLICY : Setting.RDMA_PNET;
            if ((list == Setting.POLICY ? RULE_PARTS : PNET_PARTS).contains(part.group(3))) {
                entry(list, part.group(2)).put(part.group(3), value);
                return;
            }
        }
        Matcher element = ELEMENT.matcher(key);
        for (Setting setting : Setting.values()) {
            if (setting.key().equals(key) && setting != Setting.POLICY && setting != Setting.RDMA_PNET) {
                values.put(setting, value);
                return;
            }
            if (isList(setting) && element.matches() && element.group(1).equals(setting.key())) {
                entry(setting, element.group(2)).put("", value);
                return;
            }
        }
        throw new IllegalArgumentException(source + " is no setting of the agent");
    }

    private static boolean isList(Setting setting) {
        return switch (setting) {
            case SHARED_MEMORY_USERS, RDMA_UEID, PEERS_INCLUDE, EXCLUDE_PORTS, EXCLUDE_CLASSES -> true;
            default -> false;
        };
    }

    private Map<String, String> entry(Setting list, String index) {
        return entries.computeIfAbsent(list, key -> new TreeMap<>())
                .computeIfAbsent(Integer.valueOf(index), key -> new LinkedHashMap<>());
    }

    /** The text of a setting, or {@code null}. */
    String text(Setting setting) {
        return values.get(setting);
    }

    /** The elements of a list, or {@code null} if it is not given. */
    List<String> list(Setting setting) {
        if (entries.containsKey(setting)) {
            return entries.get(setting).values().stream().map(entry -> entry.get("")).toList();
        }
        String text = values.get(setting);
        if (text == null) {
            return null;
        }
        List<String> elements = new ArrayList<>();
        for (String element : text.split(",")) {
            if (!element.isBlank()) {
                elements.add(element.strip());
            }
        }
        return elements;
    }

    /**
     * The entries of {@code policy} or {@code rdma.pnet}, in order.
     *
     * @throws InvalidSettingException if one is left out between others
     */
    List<Map<String, String>> entries(Setting setting) {
        List<Map<String, String>> list = new ArrayList<>();
        for (Map.Entry<Integer, Map<String, String>> entry : entries.getOrDefault(setting, new TreeMap<>())
                .entrySet()) {
            if (entry.getKey() != list.size()) {
                throw new InvalidSettingException(setting.property() + "[" + list.size() + "]", null,
                        "there, as " + setting.property() + "[" + entry.getKey() + "] is");
            }
            list.add(entry.getValue());
        }
        return list;
    }

    /** By the names of properties below {@code smc}, in the syntax of Spring Boot; without the policy. */
    Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        for (Setting setting : Setting.values()) {
            if (!setting.isProperty() || setting == Setting.POLICY) {
                continue;
            }
            if (values.containsKey(setting) && !entries.containsKey(setting)) {
                properties.put(setting.property(), values.get(setting));
            }
            entries.getOrDefault(setting, new TreeMap<>()).forEach((index, entry) -> entry.forEach((part, value) ->
                    properties.put(setting.property() + "[" + index + "]" + (part.isEmpty() ? "" : "." + part),
                            value)));
        }
        return properties;
    }
}
