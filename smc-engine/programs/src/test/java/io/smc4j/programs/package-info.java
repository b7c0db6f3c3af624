/** Programs that know nothing of SMC, each in a process of its own, with the agent and without. */
package io.smc4j.programs;
