package io.smc4j.engine.lab;

import java.util.List;

/** The machines there are, which differ in what the kernel offers and in the number of wires. */
public enum MachineKind {

    /** The kernel as it is: over Soft-RoCE it speaks SMC-R version 2, with the UEID {@code SMC4J}. */
    SMC_V2("--ueid", "SMC4J"),

    /** The kernel speaks SMC-R version 1 (RFC 7609), and has no UEID for version 2. */
    SMC_V1("--smc-v1"),

    /** As {@link #SMC_V1}, with a second wire: the ends A and C are as of one host, B and D of another. */
    TWO_PAIRS("--smc-v1", "--pairs", "2"),

    /** As {@link #SMC_V2}, for cases that take devices away or change settings of the machine. */
    BREAKABLE("--ueid", "SMC4J");

    private final List<String> options;

    MachineKind(String... options) {
        this.options = List.of(options);
    }

    List<String> options() {
        return options;
    }
}
