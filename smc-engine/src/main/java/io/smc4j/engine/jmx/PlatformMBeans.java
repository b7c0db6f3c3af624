package io.smc4j.engine.jmx;

import io.smc4j.engine.PolicyTable;
import io.smc4j.engine.SmcSnapshot;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.StandardMBean;

/** Registers with the platform's MBean server, but is never the one that makes it. */
final class PlatformMBeans implements EngineMBeans {

    private static final System.Logger LOG = System.getLogger("io.smc4j.engine.jmx");

    private final Supplier<SmcSnapshot> snapshots;
    private final PolicyTable policy;
    private boolean begun;
    private boolean closed;
    private ObjectName name;

    PlatformMBeans(Supplier<SmcSnapshot> snapshots, PolicyTable policy) {
        this.snapshots = snapshots;
        this.policy = policy;
    }

    @Override
    public synchronized boolean look() {
        // Any server will do as a sign: who makes one pays for what all of them need, or has asked for JMX.
        if (!begun && !closed && !MBeanServerFactory.findMBeanServer(null).isEmpty()) {
            begun = true;
            // The platform's may have to be made, for which nobody who has to do with connections is to wait.
            Thread.ofPlatform().daemon().name("smc-jmx").start(this::register);
        }
        return begun || closed;
    }

    private synchronized void register() {
        if (closed) {
            return;
        }
        try {
            name = register(ManagementFactory.getPlatformMBeanServer());
        } catch (JMException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "no MBean for this engine", e);
        }
    }

    /** By the first number that is free: the engines of other class loaders have some as well. */
    private ObjectName register(MBeanServer server) throws JMException {
        StandardMBean bean = new StandardMBean(new EngineMBean(snapshots, policy), SmcEngineMXBean.class, true);
        for (int id = 1;; id++) {
            ObjectName free = new ObjectName(SmcEngineMXBean.NAME + id);
            try {
                server.registerMBean(bean, free);
                return free;
            } catch (InstanceAlreadyExistsException e) {
                // The next one.
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (name != null) {
            try {
                ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
            } catch (InstanceNotFoundException e) {
                // Somebody else has done it.
            } catch (JMException | RuntimeException e) {
                LOG.log(System.Logger.Level.DEBUG, "MBean of an ended engine not removed", e);
            }
            name = null;
        }
    }
}
