package io.smc4j.samples.benchmark.driver;

import java.util.List;

/**
 * What holds for all variants of a comparison.
 *
 * @param processors how many each side may use, 0 for all
 * @param quota processors' worth of CPU time that each side may use, 0 for no limit
 * @param burners processes that are busy beside
 * @param options further ones of the virtual machines
 */
record Conditions(int processors, double quota, int burners, List<String> options) {

    static Conditions of(Options options) {
        return new Conditions(options.processors(), options.quota(), options.burners(), List.of());
    }

    Conditions withProcessors(int number) {
        return new Conditions(number, quota, burners, options);
    }

    Conditions withBurners(int number) {
        return new Conditions(processors, quota, number, options);
    }

    Conditions withOptions(String... more) {
        return new Conditions(processors, quota, burners, List.of(more));
    }
}
