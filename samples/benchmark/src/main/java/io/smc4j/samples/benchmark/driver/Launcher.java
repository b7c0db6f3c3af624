package io.smc4j.samples.benchmark.driver;

/** Says how peers are started under given conditions. */
interface Launcher {

    /** For both roles. */
    Launch launch(Conditions conditions);
}
