package io.smc4j.engine.cli;

import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcPolicy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** Reads the arguments of a command line into a {@link Command}. */
final class Arguments {

    static final Duration DEFAULT_LINGER = Duration.ofSeconds(2);

    static final Duration DEFAULT_SHOW_TIMEOUT = Duration.ofSeconds(20);

    private final Deque<String> rest;
    private final List<String> operands = new ArrayList<>();
    private final List<SmcPolicy.Rule> rules = new ArrayList<>();
    private final List<SmcConfig.Peer> peers = new ArrayList<>();
    private final RdmaOptions rdma = new RdmaOptions();
    private final SmcConfig.Builder config = SmcConfig.builder();
    private Duration timeout;
    private Duration linger = DEFAULT_LINGER;
    private boolean json;
    private boolean help;
    private boolean version;
    private boolean echo;
    private String transferOption;

    private Arguments(String[] args) {
        rest = new ArrayDeque<>(List.of(args));
    }

    /**
     * The command that the arguments ask for.
     *
     * @throws UsageException if they ask for none
     */
    static Command parse(String... args) throws UsageException {
        return new Arguments(args).command();
    }

    private Command command() throws UsageException {
        boolean optionsOver = false;
        while (!rest.isEmpty()) {
            String argument = rest.remove();
            if (optionsOver || !argument.startsWith("-") || argument.equals("-")) {
                operands.add(argument);
            } else if (argument.equals("--")) {
                optionsOver = true;
            } else {
                option(argument);
            }
        }
        if (help) {
            return new Command.Help();
        }
        if (version) {
            return new Command.Version(json);
        }
        if (operands.isEmpty()) {
            refuseTransferOptions();
            if (timeout != null) {
                throw new UsageException("--timeout goes with listen, connect, check or show");
            }
            return new Command.ProbeMachine(config().sharedMemory(), json);
        }
        return operands.getFirst().equals("show") ? show() : transfer(operands.getFirst());
    }

    private void refuseTransferOptions() throws UsageException {
        if (transferOption != null) {
            throw new UsageException(transferOption + " goes with listen, connect or check");
        }
    }

    private Command show() throws UsageException {
        refuseTransferOptions();
        if (operands.size() != 2) {
            throw new UsageException("show takes one process: PID");
        }
        String pid = operands.get(1);
        if (!pid.matches("[1-9][0-9]{0,9}")) {
            throw new UsageException("'" + pid + "' is no process id");
        }
        return new Command.Show(Long.parseLong(pid), timeout != null ? timeout : DEFAULT_SHOW_TIMEOUT, json);
    }

    private Command transfer(String name) throws UsageException {
        boolean listen = name.equals("listen");
        if (!listen && !name.equals("connect") && !name.equals("check")) {
            throw new UsageException("unknown command '" + name + "'");
        }
        if (operands.size() != 2) {
            throw new UsageException(name + " takes one address: " + (listen ? "[HOST:]PORT" : "HOST:PORT"));
        }
        if (echo && !listen) {
            throw new UsageException("--echo goes with listen");
        }
        String address = operands.get(1);
        Command.Transfer transfer = new Command.Transfer(config(), timeout, linger);
        return switch (name) {
            case "listen" -> new Command.Listen(Addresses.parseListen(address), echo, transfer, json);
            case "check" -> new Command.Check(Addresses.parseUnresolved(address), transfer, json);
            default -> new Command.Connect(Addresses.parsePeer(address), transfer, json);
        };
    }

    /** The option for a setting; most have the name of the property. */
    private static String optionFor(String setting) {
        String name = setting.replaceFirst("\\[\\d+]$", "");
        return "--" + switch (name) {
            case "memory.limit", "rdma.device" -> name.replace('.', '-');
            default -> name.substring(name.lastIndexOf('.') + 1);
        };
    }

    private SmcConfig config() throws UsageException {
        try {
            return config.policy(new SmcPolicy(rules)).rdma(rdma.config()).peers(peers).build();
        } catch (InvalidSettingException e) {
            throw refused(e);
        }
    }

    /** What is wrong with an option, whether that shows by its value or when the engine opens. */
    static UsageException refused(InvalidSettingException e) {
        return new UsageException(optionFor(e.name()) + " must be " + e.permitted() + ", not '" + e.value() + "'");
    }

    private void option(String argument) throws UsageException {
        int equals = argument.indexOf('=');
        String name = equals < 0 ? argument : argument.substring(0, equals);
        switch (name) {
            case "--json" -> json = flag(argument, equals);
            case "--directory" -> config.sharedMemoryDirectory(value(argument, equals));
            case "-h", "--help" -> help = flag(argument, equals);
            case "-V", "--version" -> version = flag(argument, equals);
            default -> {
                transferOption(name, argument, equals);
                if (!name.equals("--timeout")) {
                    transferOption = name;
                }
            }
        }
    }

    private void transferOption(String name, String argument, int equals) throws UsageException {
        switch (name) {
            case "--echo" -> echo = flag(argument, equals);
            case "--no-smc" -> {
                flag(argument, equals);
                config.clientEnabled(false).serverEnabled(false);
            }
            case "--send-size" ->
                    config.sendSize(Math.toIntExact(size(name, value(argument, equals), Integer.MAX_VALUE)));
            case "--receive-size" -> config.receiveSize(
                    Math.toIntExact(size(name, value(argument, equals), Integer.MAX_VALUE)));
            case "--memory-limit" -> config.memoryLimit(size(name, value(argument, equals), Long.MAX_VALUE));
            case "--deny" -> rules.add(deny(value(argument, equals)));
            case "--peer" -> peers.add(peer(value(argument, equals)));
            case "--no-shared-memory" -> {
                flag(argument, equals);
                config.sharedMemoryEnabled(false);
            }
            case "--users" -> config.sharedMemoryUsers(List.of(value(argument, equals).split(",", -1)));
            case "--no-syn-option" -> {
                flag(argument, equals);
                config.synOption(false);
            }
            case "--rdma" -> rdma.provider(value(argument, equals));
            case "--ueid" -> rdma.ueid(value(argument, equals));
            case "--rdma-device" -> rdma.device(value(argument, equals));
            case "--gid-index" -> rdma.gidIndex(value(argument, equals));
            case "--timeout" -> {
                timeout = seconds(name, value(argument, equals));
                if (timeout.isZero()) {
                    throw new UsageException("--timeout must be more than 0");
                }
                config.handshakeTimeout(timeout.compareTo(SmcConfig.MAX_HANDSHAKE_TIMEOUT) < 0 ? timeout
                        : SmcConfig.MAX_HANDSHAKE_TIMEOUT);
            }
            case "--linger" -> {
                String value = value(argument, equals);
                linger = value.equals("forever") ? null : seconds(name, value);
            }
            default -> throw new UsageException("unknown option " + name);
        }
    }

    private static boolean flag(String argument, int equals) throws UsageException {
        if (equals >= 0) {
            throw new UsageException(argument.substring(0, equals) + " takes no value");
        }
        return true;
    }

    private String value(String argument, int equals) throws UsageException {
        if (equals >= 0) {
            return argument.substring(equals + 1);
        }
        if (rest.isEmpty()) {
            throw new UsageException(argument + " needs a value");
        }
        return rest.remove();
    }

    /** Bytes, of a number with an optional suffix K, M or G (powers of 1024) and an optional B after it. */
    private static long size(String name, String value, long max) throws UsageException {
        String number = value.toUpperCase(Locale.ROOT).replaceFirst("B$", "");
        int shift = switch (number.isEmpty() ? ' ' : number.charAt(number.length() - 1)) {
            case 'K' -> 10;
            case 'M' -> 20;
            case 'G' -> 30;
            default -> 0;
        };
        try {
            long units = Long.parseLong(shift == 0 ? number : number.substring(0, number.length() - 1));
            if (units < 0 || units > max >> shift) {
                throw new UsageException(name + " " + value + " is out of range");
            }
            return units << shift;
        } catch (NumberFormatException e) {
            throw new UsageException(name + " needs a size such as 65536 or 64K, not '" + value + "'");
        }
    }

    private static Duration seconds(String name, String value) throws UsageException {
        try {
            double seconds = Double.parseDouble(value);
            if (seconds >= 0 && seconds <= Integer.MAX_VALUE / 1000.0) {
                return Duration.ofMillis(Math.round(seconds * 1000));
            }
        } catch (NumberFormatException e) {
            throw new UsageException(name + " needs a number of seconds, not '" + value + "'");
        }
        throw new UsageException(name + " " + value + " is out of range");
    }

    private static SmcPolicy.Rule deny(String range) throws UsageException {
        try {
            return new SmcPolicy.Rule(SmcPolicy.Action.DENY, SmcPolicy.Direction.ANY, null, SmcPolicy.Cidr.parse(range),
                    null);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--deny needs an address range such as 10.0.0.0/8, not '" + range + "'");
        }
    }

    private static SmcConfig.Peer peer(String text) throws UsageException {
        try {
            return SmcConfig.Peer.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--peer needs an address range and ports such as 10.0.0.0/8:8080, not '" + text
                    + "'");
        }
    }
}
