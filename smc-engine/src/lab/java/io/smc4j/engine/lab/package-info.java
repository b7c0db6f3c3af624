/**
 * Tests on a kernel that has Soft-RoCE and AF_SMC, in a virtual machine that {@code src/lab/lab} starts.
 *
 * <p>On the host a class named {@code *LabIT} starts one machine, of one {@link io.smc4j.engine.lab.MachineKind}. In
 * there {@code GuestMain} is the one Java process that runs every case made for that kind, one after another, and
 * prints a line for each; {@code LabRun} on the host makes a test of each line. Both sides find the cases on their own,
 * by {@code CaseCatalog}: they are the methods marked {@link io.smc4j.engine.lab.GuestCase} of all test classes whose
 * names end with {@code LabCase}.
 *
 * <p>A case finds its surroundings by {@link io.smc4j.engine.lab.Guest}, and starts other processes by
 * {@link io.smc4j.engine.lab.GuestProcess}. What runs in the machine is emulated: every deadline is ten times what it
 * would be on the host.
 */
package io.smc4j.engine.lab;
