package io.smc4j.engine.cli;

import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.os.NativeAccess;
import io.smc4j.engine.os.Processors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Looks at what this machine offers to SMC, without changing anything. */
final class MachineProbe {

    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_BPF = 39;

    /** A descriptor per connection, some per link group, and the application's own. */
    private static final long COMFORTABLE_OPEN_FILES = 4096;
    /** Queue pairs and pinned rings of a moderately busy process. */
    private static final long COMFORTABLE_LOCKED_MEMORY = 64L << 20;

    private final ProcFiles files;
    private final String sameHostCause;
    private final Finding directory;
    private final RdmaTrial rdma;
    private final double quota;

    /**
     * A probe.
     *
     * @param sameHostCause why processes of this host cannot share memory, or {@code null}
     * @param directory what came of opening the shared directory
     * @param rdma what came of trying the RDMA devices
     * @param quota processors that the control group allows, or 0 without a quota
     */
    MachineProbe(ProcFiles files, String sameHostCause, Finding directory, RdmaTrial rdma, double quota) {
        this.files = files;
        this.sameHostCause = sameHostCause;
        this.directory = directory;
        this.rdma = rdma;
        this.quota = quota;
    }

    static MachineProbe ofThisMachine(SmcConfig.SharedMemory sharedMemory) {
        return new MachineProbe(new ProcFiles(Path.of("/")), SameHostTrial.failure(), DirectoryTrial.run(sharedMemory),
                RdmaTrial.run(), NativeAccess.isAvailable() ? Processors.quota() : 0);
    }

    MachineReport report() {
        List<Finding> findings = new ArrayList<>();
        findings.add(java());
        findings.add(operatingSystem());
        findings.add(sameHost());
        findings.add(directory);
        findings.add(kernelSmc());
        findings.add(verbs());
        findings.add(rdma());
        findings.add(bpf());
        findings.add(lockedMemory());
        findings.add(openFiles());
        findings.add(processors());
        return new MachineReport(findings, sameHostCause, rdma.cause());
    }

    private static Finding java() {
        // The launcher refuses older ones.
        return Finding.ok("java", "Java", Runtime.version() + ", " + System.getProperty("java.vendor"));
    }

    private static Finding operatingSystem() {
        String name = System.getProperty("os.name");
        String architecture = System.getProperty("os.arch");
        String found = name + " " + System.getProperty("os.version") + ", " + architecture;
        if (name.equals("Linux") && (architecture.equals("amd64") || architecture.equals("aarch64"))) {
            return Finding.ok("os", "Operating system", found);
        }
        return Finding.no("os", "Operating system", found, "needs Linux on x86_64 or aarch64");
    }

    private Finding sameHost() {
        String title = "Same-host path";
        return sameHostCause == null
                ? Finding.ok("same-host", title, "sealed memfd, abstract UNIX socket, eventfd and futex work")
                : Finding.no("same-host", title, sameHostCause, "connections stay on TCP");
    }

    /** Reads the list of protocols: opening a socket of the family would make the kernel load the module. */
    private Finding kernelSmc() {
        String title = "Kernel AF_SMC";
        boolean loaded = files.lines("proc/net/protocols").stream().anyMatch(line -> line.startsWith("SMC "));
        return loaded
                ? Finding.ok("af-smc", title, "module smc is loaded")
                : Finding.no("af-smc", title, "module smc is not loaded",
                        "only the RDMA provider 'kernel' needs it: modprobe smc smc_diag");
    }

    private Finding verbs() {
        String title = "Verbs devices";
        List<String> devices = devices();
        if (devices.isEmpty()) {
            return Finding.no("verbs", title, "none", "RDMA to other hosts needs one");
        }
        List<String> described = new ArrayList<>();
        for (String device : devices) {
            String directory = "sys/class/infiniband/" + device + "/ports";
            for (String port : files.names(directory)) {
                String state = files.line(directory + "/" + port + "/state").replaceFirst("^\\d+: *", "");
                String layer = files.line(directory + "/" + port + "/link_layer");
                described.add((device + "/" + port + " " + state + " " + layer).trim());
            }
        }
        return Finding.ok("verbs", title, String.join(", ", described.isEmpty() ? devices : described));
    }

    private List<String> devices() {
        return files.names("sys/class/infiniband");
    }

    private Finding rdma() {
        String title = "RDMA";
        return rdma.cause() == null
                ? Finding.ok("rdma", title, "libibverbs opens " + String.join(", ", rdma.ports()))
                : Finding.no("rdma", title, rdma.cause(), rdma.hint());
    }

    private Finding bpf() {
        String title = "BPF on sockets";
        boolean mounted = files.lines("proc/self/mounts").stream()
                .map(line -> line.split(" "))
                .anyMatch(fields -> fields.length > 2 && fields[2].equals("cgroup2"));
        long capabilities = capabilities();
        boolean permitted = has(capabilities, CAP_SYS_ADMIN) || has(capabilities, CAP_BPF)
                && has(capabilities, CAP_NET_ADMIN);
        if (mounted && permitted) {
            return Finding.ok("bpf", title, "cgroup v2 is mounted, capabilities suffice");
        }
        List<String> missing = new ArrayList<>();
        if (!mounted) {
            missing.add("no cgroup v2 is mounted");
        }
        if (!permitted) {
            missing.add("no CAP_BPF and CAP_NET_ADMIN");
        }
        return Finding.no("bpf", title, String.join(", ", missing),
                "without it peers on other hosts must be named: --peer, smc.peers.include");
    }

    private long capabilities() {
        return files.lines("proc/self/status").stream()
                .filter(line -> line.startsWith("CapEff:"))
                .map(line -> line.substring("CapEff:".length()).trim())
                .mapToLong(hex -> Long.parseUnsignedLong(hex, 16))
                .findFirst()
                .orElse(0);
    }

    private static boolean has(long capabilities, int capability) {
        return (capabilities >>> capability & 1) != 0;
    }

    private Finding lockedMemory() {
        String title = "Locked memory";
        ResourceLimit limit = ResourceLimit.read(files, "Max locked memory");
        return limit.soft() >= COMFORTABLE_LOCKED_MEMORY
                ? Finding.ok("memlock", title, limit.inBytes())
                : Finding.limited("memlock", title, limit.inBytes(), "only RDMA needs more: ulimit -l");
    }

    private Finding openFiles() {
        String title = "Open files";
        ResourceLimit limit = ResourceLimit.read(files, "Max open files");
        return limit.soft() >= COMFORTABLE_OPEN_FILES
                ? Finding.ok("open-files", title, limit.inUnits())
                : Finding.limited("open-files", title, limit.inUnits(), "raise ulimit -n for many connections");
    }

    private Finding processors() {
        String title = "Processors";
        int processors = Runtime.getRuntime().availableProcessors();
        boolean limited = quota > 0;
        String found = processors + (limited ? String.format(Locale.ROOT, ", quota %.2f", quota) : ", no quota");
        return processors >= 2 && (!limited || quota >= 2)
                ? Finding.ok("processors", title, found)
                : Finding.limited("processors", title, found, "below 2 a waiting thread never polls");
    }
}
