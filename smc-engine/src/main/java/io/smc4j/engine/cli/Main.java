package io.smc4j.engine.cli;

import io.smc4j.engine.InvalidSettingException;
import io.smc4j.engine.PeerCheck;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.nio.SmcSelectorProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs a command and turns its outcome into an exit code. */
public final class Main {

    /** The machine is usable; the connection ended in order. */
    static final int OK = 0;
    /** The machine is not usable; the connection failed. */
    static final int FAILED = 1;
    /** The arguments make no command, or this Java is too old. */
    static final int USAGE = 2;

    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(10);

    private static final String HELP = """
            Usage: java -jar smc-engine.jar [--json] [--directory DIR]
                   java -jar smc-engine.jar [OPTION...] listen [HOST:]PORT
                   java -jar smc-engine.jar [OPTION...] connect HOST:PORT
                   java -jar smc-engine.jar [OPTION...] check HOST:PORT
                   java -jar smc-engine.jar [--json] [--timeout SECONDS] show PID

            Without a command: shows what this machine offers to SMC.
            listen and connect: move standard input to one connection and the connection to
            standard output, and tell its mode on standard error. The end of standard input
            closes that direction only. listen accepts one connection, and sends nothing before
            the negotiation has ended; port 0 picks a free one.
            check: connects, tells step by step how far SMC comes, and what can be done about
            the step that failed. Sends nothing to a listener that is not known to understand SMC,
            and a few bytes over SMC to one that offers to return them: listen --echo.
            show: the connections of a Java process of this host and user, and all else that
            /actuator/smc shows as text.

            Options
              --json               write JSON, for scripts: the report, or one object per event
              --directory DIR      meet peers of other network namespaces in this directory (default
                                   /run/smc4j if it may be used; '': in none)
              -h, --help           show this text
              -V, --version        show the version
            Options of listen, connect and check
              --echo               listen: accept any number of connections until this process is
                                   ended, and return what each sends
              --send-size SIZE     bytes under way to the peer, 16K to 16M (default 4M)
              --receive-size SIZE  what receive rings may grow to, 16K to 16M (default 4M)
              --memory-limit SIZE  budget for receive rings (default 512M)
              --no-smc             stay on TCP
              --no-shared-memory   do not reach peers on this host by shared memory
              --users LIST         meet these users and groups only, such as orders,1001,@smc,@2000
              --rdma PROVIDER      what carries SMC-R to other hosts: auto (default), verbs (libibverbs),
                                   kernel (AF_SMC) or none
              --ueid NAME          EID for SMC-R version 2 (default SMC4J); up to four times
              --rdma-device NAME   use this RDMA device (default any)
              --gid-index NUMBER   use this GID of its port (default that of the local address)
              --peer PEER          address[/prefix][:port[-port]] that understands SMC though nothing
                                   announces it; an IPv6 address before a port is in brackets; may be
                                   given more than once
              --no-syn-option      do not announce SMC in TCP's handshake
              --deny CIDR          stay on TCP with these peers; may be given more than once
              --timeout SECONDS    wait no longer for the connection or its negotiation, or, with
                                   show, for the process (default 20)
              --linger SECONDS     once the peer has ended, end when standard input was silent for
                                   this long (default 2; 'forever': wait for its end)

            Exit codes
              0  this machine can use SMC; the connection ended in order; the check came to SMC;
                 the process has an engine
              1  it cannot; the connection failed; the check came to TCP, or to nothing; the process
                 has none, or cannot be asked
              2  the arguments are wrong, or this Java is too old
            """;

    private Main() {
    }

    /** Runs the command line and ends this process. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    private static int run(String[] args) {
        Command command;
        try {
            command = Arguments.parse(args);
        } catch (UsageException e) {
            return usage(e);
        }
        try {
            return switch (command) {
                case Command.Help help -> print(HELP);
                case Command.Version version -> version(version.json());
                case Command.ProbeMachine probe -> probe(probe);
                case Command.Listen listen -> listen.echo() ? EchoServer.run(listen) : Netcat.listen(listen);
                case Command.Connect connect -> Netcat.connect(connect);
                case Command.Check check -> check(check);
                case Command.Show show -> print(ShowProcess.of(show));
            };
        } catch (InvalidSettingException e) {
            return usage(Arguments.refused(e));
        } catch (IOException e) {
            new EventLog(System.err, command.json()).error(e.getMessage());
            return FAILED;
        }
    }

    private static int usage(UsageException e) {
        System.err.println("smc4j: " + e.getMessage() + " (see --help)");
        return USAGE;
    }

    private static int version(boolean json) {
        return print(json ? Json.write(Map.of("version", engineVersion())) + "\n" : "smc4j " + engineVersion() + "\n");
    }

    private static int probe(Command.ProbeMachine command) {
        MachineReport report = MachineProbe.ofThisMachine(command.sharedMemory()).report();
        if (command.json()) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("version", engineVersion());
            object.putAll(report.toMap());
            print(Json.write(object) + "\n");
        } else {
            print("smc4j " + engineVersion() + "\n\n" + report.toTable());
        }
        return report.usable() ? OK : FAILED;
    }

    private static int check(Command.Check command) throws IOException {
        try (SmcSelectorProvider engine = SmcSelectorProvider.open(command.transfer().config())) {
            Duration timeout = command.transfer().timeout() != null ? command.transfer().timeout() : CHECK_TIMEOUT;
            PeerCheck check = engine.check(command.address().getHostString(), command.address().getPort(), timeout);
            int printed = print(command.json() ? PeerReport.toJson(check) + "\n" : PeerReport.toTable(check));
            return check.mode() != null && check.mode() != SmcMode.TCP ? printed : FAILED;
        }
    }

    private static int print(String text) {
        PrintStream out = System.out;
        out.print(text);
        out.flush();
        return out.checkError() ? FAILED : OK;
    }

    private static String engineVersion() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
