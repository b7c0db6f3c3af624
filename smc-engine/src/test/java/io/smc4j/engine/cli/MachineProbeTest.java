package io.smc4j.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineProbeTest {

    private static final RdmaTrial NO_RDMA = new RdmaTrial(List.of(), "libibverbs.so.1 cannot be loaded", "install it");

    private static final Finding DIRECTORY = Finding.ok("directory", "Shared directory", "/run/smc4j, 2 engines");

    @TempDir
    private Path root;

    @BeforeEach
    void limits() throws IOException {
        write("proc/self/limits", """
                Limit                     Soft Limit           Hard Limit           Units
                Max locked memory         unlimited            unlimited            bytes
                Max open files            1024                 524288               files
                """);
        write("proc/net/protocols", """
                protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss gs se re bi \
                br ha uh gp em
                TCP       2304      1     163   no     192   yes  kernel      y  y  y  y  y  y  y  y  y  y  y  y  n  \
                y  y  y  y  y
                """);
    }

    @Test
    void aBareMachineIsUsableForOneHost() {
        MachineReport report = probe(null);
        assertThat(report.usable()).isTrue();
        assertThat(report.verdict())
                .isEqualTo("SMC-D between processes of this host: yes; SMC-R to other hosts: no (libibverbs.so.1 "
                + "cannot be loaded)");
        assertThat(finding(report, "af-smc").state()).isEqualTo(Finding.State.NO);
        assertThat(finding(report, "verbs").found()).isEqualTo("none");
        assertThat(finding(report, "rdma")).isEqualTo(
                Finding.no("rdma", "RDMA", "libibverbs.so.1 cannot be loaded", "install it"));
        assertThat(finding(report, "memlock").state()).isEqualTo(Finding.State.OK);
        assertThat(finding(report, "open-files").found()).isEqualTo("1024 (hard limit 524288)");
        assertThat(finding(report, "open-files").state()).isEqualTo(Finding.State.LIMITED);
    }

    @Test
    void theVerdictNamesWhatIsMissing() {
        MachineReport report = probe("memfd_create: Operation not permitted");
        assertThat(report.usable()).isFalse();
        assertThat(report.verdict()).startsWith(
                "SMC-D between processes of this host: no (memfd_create: Operation not permitted); ");
        assertThat(finding(report, "same-host").state()).isEqualTo(Finding.State.NO);
    }

    @Test
    void tellsOfTheSharedDirectory() {
        assertThat(finding(probe(null), "directory")).isEqualTo(DIRECTORY);
        assertThat(probe(null).toTable()).containsPattern("Shared directory +ok +/run/smc4j, 2 engines");
    }

    @Test
    void listsVerbsDevicesByPort() throws IOException {
        write("sys/class/infiniband/mlx5_0/ports/1/state", "4: ACTIVE\n");
        write("sys/class/infiniband/mlx5_0/ports/1/link_layer", "Ethernet\n");
        write("sys/class/infiniband/rxe0/ports/1/state", "1: DOWN\n");
        assertThat(finding(probe(null), "verbs").found()).isEqualTo("mlx5_0/1 ACTIVE Ethernet, rxe0/1 DOWN");
    }

    @Test
    void rdmaMakesAMachineUsableForOtherHosts() {
        MachineReport report = new MachineProbe(new ProcFiles(root), "no memfd", DIRECTORY,
                new RdmaTrial(List.of("rxe_a/1 (eth0)", "rxe_b/1"), null, ""), 0).report();
        assertThat(report.usable()).isTrue();
        assertThat(report.verdict()).endsWith("; SMC-R to other hosts: yes");
        assertThat(finding(report, "rdma").found()).isEqualTo("libibverbs opens rxe_a/1 (eth0), rxe_b/1");
    }

    @Test
    void knowsTheKernelModuleByItsProtocol() throws IOException {
        write("proc/net/protocols", "SMC       1216      0      -1   NI       0   yes  smc        n  n\n");
        assertThat(finding(probe(null), "af-smc").state()).isEqualTo(Finding.State.OK);
    }

    @Test
    void bpfNeedsTheFileSystemAndTheCapabilities() throws IOException {
        assertThat(finding(probe(null), "bpf").found())
                .isEqualTo("no cgroup v2 is mounted, no CAP_BPF and CAP_NET_ADMIN");
        write("proc/self/mounts", "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n");
        write("proc/self/status", "CapEff:\t0000008000000000\n");
        assertThat(finding(probe(null), "bpf").found()).isEqualTo("no CAP_BPF and CAP_NET_ADMIN");
        write("proc/self/status", "CapEff:\t0000008000001000\n");
        assertThat(finding(probe(null), "bpf").state()).isEqualTo(Finding.State.OK);
        write("proc/self/status", "CapEff:\t0000000000200000\n");
        assertThat(finding(probe(null), "bpf").state()).isEqualTo(Finding.State.OK);
    }

    @Test
    void anEmptyFileSystemIsNoError() {
        MachineReport report =
                new MachineProbe(new ProcFiles(root.resolve("nowhere")), "no", DIRECTORY, NO_RDMA, 0).report();
        assertThat(report.toTable()).contains("Open files").endsWith(System.lineSeparator());
        assertThat(report.findings()).allSatisfy(finding -> assertThat(finding.found()).isNotBlank());
    }

    @Test
    void theTableIsAligned() {
        String table = probe(null).toTable();
        assertThat(table.lines().filter(line -> line.contains("hint: "))).isNotEmpty()
                .allMatch(line -> line.indexOf("hint: ") == table.indexOf(Runtime.version().toString()));
    }

    @Test
    void aSmallQuotaIsALimit() {
        Finding processors = finding(
                new MachineProbe(new ProcFiles(root), null, DIRECTORY, NO_RDMA, 1.5).report(), "processors");
        assertThat(processors.state()).isEqualTo(Finding.State.LIMITED);
        assertThat(processors.found()).endsWith(", quota 1.50");
    }

    private MachineReport probe(String sameHostCause) {
        return new MachineProbe(new ProcFiles(root), sameHostCause, DIRECTORY, NO_RDMA, 0).report();
    }

    private static Finding finding(MachineReport report, String name) {
        return report.findings().stream().filter(finding -> finding.name().equals(name)).findFirst().orElseThrow();
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
