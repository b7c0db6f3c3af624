package io.smc4j.engine.cli;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.smc4j.engine.jmx.SmcEngineMXBean;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.JMX;
import javax.management.MBeanServerConnection;
import javax.management.MBeanServerDelegate;
import javax.management.MBeanServerNotification;
import javax.management.ObjectName;
import javax.management.relation.MBeanServerNotificationFilter;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Looks at the engines of another process of this host through its platform MBean server. That has the process listen
 * on a port that takes connections of this host alone, as {@code jconsole} and {@code jcmd} do.
 */
final class ShowProcess {

    private static final String ADDRESS = "com.sun.management.jmxremote.localConnectorAddress";
    private static final long REGISTRATION_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Each engine looks by itself whether there is an MBean server, once a second. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

    private ShowProcess() {
    }

    /**
     * The text for a process, or the JSON.
     *
     * @throws IOException with a text for the user, if there is nothing to show
     */
    static String of(Command.Show show) throws IOException {
        TargetProcess.requireJava(show.pid());
        if (ModuleLayer.boot().findModule("jdk.attach").isEmpty()
                || ModuleLayer.boot().findModule("java.management.rmi").isEmpty()) {
            throw new IOException("this Java runtime has no module jdk.attach or java.management.rmi;"
                    + " use that of a JDK");
        }
        FutureTask<String> asking = new FutureTask<>(() -> show.json() ? json(show.pid()) : text(show.pid()));
        // A process that stands still may be asked in a way that nothing interrupts.
        Thread.ofPlatform().daemon().name("asking").start(asking);
        try {
            return asking.get(show.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException("process " + show.pid() + " has not answered within "
                    + show.timeout().toMillis() / 1000.0 + " s", e);
        } catch (ExecutionException e) {
            if (ProcessHandle.of(show.pid()).isEmpty()) {
                throw new IOException("process " + show.pid() + " has ended meanwhile", e);
            }
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private static String text(long pid) throws IOException {
        Map<Integer, String> engines = ask(pid, SmcEngineMXBean::report);
        if (engines.size() == 1) {
            return engines.values().iterator().next();
        }
        StringBuilder text = new StringBuilder();
        engines.forEach((id, report) -> text.append(text.isEmpty() ? "" : "\n").append("Engine ").append(id)
                .append('\n').append(report));
        return text.toString();
    }

    private static String json(long pid) throws IOException {
        List<Map<String, Object>> list = new ArrayList<>();
        ask(pid, ShowProcess::toMap).forEach((id, engine) -> {
            engine.put("id", id);
            list.add(engine);
        });
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("pid", pid);
        whole.put("engines", list);
        return Json.write(whole) + "\n";
    }

    private static Map<String, Object> toMap(SmcEngineMXBean engine) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", null);
        map.put("gid", engine.getGid());
        map.put("connections", engine.getConnections());
        map.put("handshakes", engine.getHandshakes());
        map.put("fallbacks", engine.getFallbacks());
        map.put("bytesSent", engine.getBytesSent());
        map.put("bytesReceived", engine.getBytesReceived());
        map.put("resources", engine.getResources());
        map.put("ringMemoryLimit", engine.getRingMemoryLimit());
        map.put("linkGroups", engine.getLinkGroups());
        map.put("slowReaders", engine.getSlowReaders());
        return map;
    }

    /** What each engine answers, by its number. */
    private static <T> Map<Integer, T> ask(long pid, Function<SmcEngineMXBean, T> question) throws IOException {
        Agent agent = startAgent(pid);
        try (JMXConnector connector = JMXConnectorFactory.connect(agent.address())) {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            Map<Integer, T> answers = new TreeMap<>();
            for (ObjectName name : await(server, agent.isNew())) {
                try {
                    answers.put(Integer.valueOf(name.getKeyProperty("id")),
                            question.apply(JMX.newMXBeanProxy(server, name, SmcEngineMXBean.class)));
                } catch (UndeclaredThrowableException e) {
                    if (!(e.getCause() instanceof InstanceNotFoundException)) {
                        throw new IOException(e.getCause().getMessage(), e);
                    }
                    // It was closed meanwhile.
                }
            }
            if (answers.isEmpty()) {
                throw new IOException("process " + pid
                        + " shows no SMC engine: it has none, or its Java runtime has no module java.management");
            }
            return answers;
        } catch (JMException e) {
            throw new IOException("process " + pid + ": " + e.getMessage(), e);
        }
    }

    /** What answers in the process; with a new one the process may have its first MBean server. */
    private record Agent(JMXServiceURL address, boolean isNew) {
    }

    private static Agent startAgent(long pid) throws IOException {
        VirtualMachine machine;
        try {
            machine = VirtualMachine.attach(Long.toString(pid));
        } catch (AttachNotSupportedException e) {
            throw new IOException("process " + pid + " lets nobody attach: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException("cannot attach to process " + pid + ": " + e.getMessage(), e);
        }
        try {
            boolean isNew = machine.getAgentProperties().getProperty(ADDRESS) == null;
            return new Agent(new JMXServiceURL(machine.startLocalManagementAgent()), isNew);
        } catch (IOException e) {
            throw new IOException("process " + pid + " has no JMX: " + e.getMessage(), e);
        } finally {
            machine.detach();
        }
    }

    /** Where engines have had no time to look yet, waits for them. */
    private static Set<ObjectName> await(MBeanServerConnection server, boolean isNew) throws IOException, JMException {
        ObjectName engines = new ObjectName(SmcEngineMXBean.NAME + "*");
        Semaphore registered = new Semaphore(0);
        MBeanServerNotificationFilter news = new MBeanServerNotificationFilter();
        news.enableType(MBeanServerNotification.REGISTRATION_NOTIFICATION);
        news.enableAllObjectNames();
        server.addNotificationListener(MBeanServerDelegate.DELEGATE_NAME, (notification, none) -> {
            if (engines.apply(((MBeanServerNotification) notification).getMBeanName())) {
                registered.release();
            }
        }, news, null);
        try {
            long start = System.nanoTime();
            boolean early = !server.queryNames(engines, null).isEmpty();
            boolean some = early || registered.tryAcquire(REGISTRATION_NANOS, TimeUnit.NANOSECONDS);
            if (some && (isNew || !early)) {
                while (registered.tryAcquire(start + LOOK_NANOS - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    // There may be others.
                }
            }
            return server.queryNames(engines, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}
