package io.smc4j.engine.lab;

import java.util.List;

/** The machines there are, which differ in what the kernel offers and in the number of wires. */
public enum MachineKind {

    /** The kernel as it is: over Soft-RoCE it speaks SMC-R version 2, with the UEID {@code SMC4J}. */
    SMC_V2("--ueid", "SMC4J"),

    /** The kernel speaks SMC-R version 1 (RFC 7609), and has no UEID for version 2. */
    SMC_V1("--smc-v1"),

    /** As {@link #SMC_V2}, with the ends C and D on a second wire. */
    TWO_PAIRS("--ueid", "SMC4J", "--pairs", "2");

    private final List<String> options;

    MachineKind(String... options) {
        this.options = List.of(options);
    }

    List<String> options() {
        return options;
    }
}
