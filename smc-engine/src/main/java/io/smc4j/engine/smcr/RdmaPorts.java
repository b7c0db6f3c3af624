package io.smc4j.engine.smcr;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.RdmaConfig;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.link.ControlLoop;
import io.smc4j.engine.os.OsException;
import io.smc4j.engine.os.verbs.GidEntry;
import io.smc4j.engine.os.verbs.PortAttributes;
import io.smc4j.engine.os.verbs.Verbs;
import io.smc4j.engine.os.verbs.VerbsException;
import io.smc4j.engine.wire.MacAddress;
import io.smc4j.engine.wire.RoceGid;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.ToIntFunction;

/**
 * The ports of the RDMA devices of this host, and which of them serves a local address: the one that a PNET entry names
 * for its network interface, or else one that has a GID of that interface. Thread-safe but for opening and closing.
 */
final class RdmaPorts implements AutoCloseable {

    /** GID tables change when addresses do. */
    private static final long KNOWN_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int MAX_KNOWN = 256;
    private static final long DRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private record Known(RdmaPort port, long since) {
    }

    /** Whether some port is up and has a GID that serves. */
    private record Usable(boolean any, long since) {
    }

    private static final int MAX_ATTEMPTS = 5;

    private final ControlLoop loop;
    private final RdmaConfig config;
    private final ObjIntConsumer<RdmaDevice> onPortDown;
    private final Consumer<RdmaDevice> onPortUp;
    private final Verbs verbs;
    private final List<RdmaDevice> devices = new CopyOnWriteArrayList<>();
    /** Devices that could not be opened, and how often that was tried. */
    private final Map<String, Integer> attempts = new HashMap<>();
    private volatile FallbackReason objection;
    private volatile Usable usable;
    private final Map<InetAddress, Known> known = new ConcurrentHashMap<>();

    private RdmaPorts(ControlLoop loop, RdmaConfig config, ObjIntConsumer<RdmaDevice> onPortDown,
            Consumer<RdmaDevice> onPortUp) {
        this.loop = loop;
        this.config = config;
        this.onPortDown = onPortDown;
        this.onPortUp = onPortUp;
        Verbs loaded = null;
        FallbackReason reason = null;
        try {
            loaded = Verbs.load();
        } catch (VerbsException e) {
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "no RDMA", e);
            reason = VerbsRdma.reasonOf(e);
        }
        verbs = loaded;
        objection = reason;
        if (verbs != null) {
            openNew();
        }
    }

    /** Opens the devices there are. */
    static RdmaPorts open(ControlLoop loop, RdmaConfig config, ObjIntConsumer<RdmaDevice> onPortDown,
            Consumer<RdmaDevice> onPortUp) {
        return new RdmaPorts(loop, config, onPortDown, onPortUp);
    }

    /** Opens the devices that are not, and returns them. */
    List<RdmaDevice> openNew() {
        int before = devices.size();
        FallbackReason reason = FallbackReason.NO_RDMA_DEVICE;
        try {
            List<String> names = verbs.deviceNames();
            attempts.keySet().retainAll(names);
            for (String name : names) {
                if (isWanted(name)) {
                    FallbackReason failure = open(name);
                    reason = failure == null ? reason : failure;
                }
            }
        } catch (VerbsException e) {
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "devices not listed", e);
            reason = VerbsRdma.reasonOf(e);
        }
        List<RdmaDevice> opened = List.copyOf(devices.subList(before, devices.size()));
        if (!opened.isEmpty()) {
            known.clear();
            usable = null;
        }
        objection = devices.isEmpty() ? reason : null;
        return opened;
    }

    private boolean isWanted(String name) {
        return (config.device() == null || config.device().equals(name))
                && attempts.getOrDefault(name, 0) < MAX_ATTEMPTS
                && devices.stream().noneMatch(device -> device.name().equals(name));
    }

    private FallbackReason open(String name) {
        try {
            RdmaDevice device = new RdmaDevice(loop, verbs.open(name));
            device.onPortDown(port -> onPortDown.accept(device, port));
            device.onPortUp(() -> onPortUp.accept(device));
            devices.add(device);
            attempts.remove(name);
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "{0} opened", name);
            return null;
        } catch (VerbsException e) {
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "device not opened", e);
            attempts.merge(name, 1, Integer::sum);
            return VerbsRdma.reasonOf(e);
        } catch (OsException e) {
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "device not opened", e);
            attempts.merge(name, 1, Integer::sum);
            return FallbackReason.NO_RESOURCES;
        }
    }

    boolean hasDevices() {
        return !devices.isEmpty();
    }

    /** Why nothing can be reached over RDMA; {@code null} if something may be. */
    FallbackReason objection() {
        FallbackReason general = objection;
        if (general != null) {
            return general;
        }
        Usable last = usable;
        if (last == null || System.nanoTime() - last.since > KNOWN_NANOS) {
            last = new Usable(devices.stream().anyMatch(this::isUsable), System.nanoTime());
            usable = last;
        }
        return last.any ? null : FallbackReason.NO_SMCR_DEVICE;
    }

    private boolean isUsable(RdmaDevice device) {
        List<RdmaPort> found = new ArrayList<>();
        for (int number = 1; number <= device.context().ports(); number++) {
            addIfUsable(found, device, number, "", null, false);
        }
        return !found.isEmpty();
    }

    /** The port that serves a local address, or {@code null}. */
    RdmaPort serving(InetAddress local) {
        if (devices.isEmpty()) {
            return null;
        }
        long now = System.nanoTime();
        Known entry = known.get(local);
        if (entry == null || now - entry.since > KNOWN_NANOS) {
            if (known.size() >= MAX_KNOWN) {
                known.clear();
            }
            String netdev = netdevOf(local);
            List<RdmaPort> ports = netdev == null ? List.of() : on(netdev, local);
            entry = new Known(ports.isEmpty() ? null : ports.get(0), now);
            known.put(local, entry);
        }
        return entry.port;
    }

    /** Another port to the same physical network: a PNET entry says so, or it is the other port of one interface. */
    RdmaPort alternative(RdmaPort port, int version) {
        return on(port.netdev(), null).stream().filter(other -> !other.isSameAs(port) && other.gid(version) != null)
                .findFirst().orElse(null);
    }

    /** The active ports that serve a network interface, best first; with GIDs for an address on it if one is given. */
    private List<RdmaPort> on(String netdev, InetAddress local) {
        List<RdmaConfig.PnetEntry> entries = config.pnet().stream().filter(e -> e.netdev().equals(netdev)).toList();
        List<RdmaPort> found = new ArrayList<>();
        if (entries.isEmpty()) {
            for (RdmaDevice device : devices) {
                for (int number = 1; number <= device.context().ports(); number++) {
                    addIfUsable(found, device, number, netdev, local, true);
                }
            }
        }
        for (RdmaConfig.PnetEntry entry : entries) {
            devices.stream().filter(device -> device.name().equals(entry.device()))
                    .forEach(device -> addIfUsable(found, device, entry.port(), netdev, local, false));
        }
        return found;
    }

    private void addIfUsable(List<RdmaPort> found, RdmaDevice device, int number, String netdev, InetAddress local,
            boolean ofNetdevOnly) {
        if (config.port() != 0 && config.port() != number || number > device.context().ports()) {
            return;
        }
        try {
            PortAttributes attributes;
            List<GidEntry> gids;
            synchronized (device) {
                if (device.isClosed()) {
                    return;
                }
                attributes = device.context().port(number);
                gids = device.context().gids(number);
            }
            gids = gids.stream().filter(gid -> !ofNetdevOnly || gid.netdev().equals(netdev)).toList();
            GidEntry v1 = v1(gids);
            GidEntry v2 = v2(gids, local);
            if (attributes.active() && attributes.ethernet() && (v1 != null || v2 != null)) {
                String own = v2 == null ? v1.netdev() : v2.netdev();
                found.add(new RdmaPort(device, number, attributes.mtuCode(), netdev, macOf(own), v1, v2));
            }
        } catch (VerbsException e) {
            RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "port passed over", e);
        }
    }

    /** A RoCE version 1 GID; on a device that has none at all, its link-local one, for peers that do the same. */
    private static GidEntry v1(List<GidEntry> gids) {
        return gids.stream().filter(gid -> gid.type() == GidEntry.Type.ROCE_V1).findFirst()
                .or(() -> gids.stream().filter(gid -> gid.high() >>> 54 == 0xFE80 >>> 6).findFirst()).orElse(null);
    }

    private GidEntry v2(List<GidEntry> gids, InetAddress local) {
        if (config.gidIndex() >= 0) {
            return gids.stream().filter(gid -> gid.index() == config.gidIndex()).findFirst().orElse(null);
        }
        List<GidEntry> mapped =
                gids.stream().filter(gid -> gid.type() == GidEntry.Type.ROCE_V2 && roceGid(gid).isIpv4Mapped())
                .toList();
        if (local instanceof Inet4Address) {
            RoceGid wanted = RoceGid.ofIpv4(ByteBuffer.wrap(local.getAddress()).getInt());
            for (GidEntry gid : mapped) {
                if (roceGid(gid).equals(wanted)) {
                    return gid;
                }
            }
        }
        return mapped.isEmpty() ? null : mapped.get(0);
    }

    private static RoceGid roceGid(GidEntry gid) {
        return new RoceGid(gid.high(), gid.low());
    }

    private static String netdevOf(InetAddress local) {
        try {
            NetworkInterface device = NetworkInterface.getByInetAddress(local);
            return device == null ? null : device.getName();
        } catch (SocketException e) {
            return null;
        }
    }

    /** The MAC address of the first port; zero if there is none. */
    MacAddress mac() {
        for (RdmaDevice device : devices) {
            try {
                for (GidEntry gid : device.context().gids(1)) {
                    MacAddress mac = macOf(gid.netdev());
                    if (!mac.equals(MacAddress.ZERO)) {
                        return mac;
                    }
                }
            } catch (VerbsException e) {
                RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "GID table not read", e);
            }
        }
        return MacAddress.ZERO;
    }

    private static MacAddress macOf(String netdev) {
        try {
            NetworkInterface device = netdev.isEmpty() ? null : NetworkInterface.getByName(netdev);
            byte[] bytes = device == null ? null : device.getHardwareAddress();
            if (bytes == null || bytes.length != 6) {
                return MacAddress.ZERO;
            }
            return new MacAddress(ByteBuffer.wrap(new byte[8]).put(2, bytes).getLong(0));
        } catch (SocketException e) {
            return MacAddress.ZERO;
        }
    }

    List<SmcSnapshot.Device> snapshot(ToIntFunction<RdmaPort> links) {
        List<SmcSnapshot.Device> shown = new ArrayList<>();
        for (RdmaDevice device : devices) {
            for (int number = 1; number <= device.context().ports(); number++) {
                try {
                    synchronized (device) {
                        if (!device.isClosed()) {
                            shown.add(describe(device, number, links));
                        }
                    }
                } catch (VerbsException e) {
                    shown.add(new SmcSnapshot.Device(device.name(), number, "", false, List.of(), 0));
                }
            }
        }
        return shown;
    }

    private static SmcSnapshot.Device describe(RdmaDevice device, int number, ToIntFunction<RdmaPort> links)
            throws VerbsException {
        List<GidEntry> gids = device.context().gids(number);
        String netdev = gids.stream().map(GidEntry::netdev).filter(name -> !name.isEmpty()).findFirst().orElse("");
        RdmaPort port = new RdmaPort(device, number, 0, netdev, MacAddress.ZERO, null, null);
        return new SmcSnapshot.Device(device.name(), number, netdev, device.context().port(number).active(),
                gids.stream().map(RdmaPorts::describe).toList(), links.applyAsInt(port));
    }

    private static String describe(GidEntry gid) {
        String type = switch (gid.type()) {
            case ROCE_V1 -> "v1";
            case ROCE_V2 -> "v2";
            default -> "ib";
        };
        return gid.index() + " " + type + " " + roceGid(gid);
    }

    /** The devices that are being removed; they stay until they are closed. */
    List<RdmaDevice> vanished() {
        List<RdmaDevice> vanished = new ArrayList<>();
        for (RdmaDevice device : devices) {
            try {
                if (!verbs.isPresent(device.name())) {
                    vanished.add(device);
                }
            } catch (VerbsException e) {
                RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "devices not listed", e);
            }
        }
        return vanished;
    }

    /** Gives a device back that no link leads over any more. */
    void remove(RdmaDevice device) {
        devices.remove(device);
        known.clear();
        usable = null;
        device.close();
        RdmaDevice.LOG.log(System.Logger.Level.DEBUG, "{0} given back", device.name());
    }

    /** Waits a moment for the messages that are under way. On the control loop. */
    void drain() {
        long deadline = System.nanoTime() + DRAIN_NANOS;
        while (System.nanoTime() - deadline < 0 && devices.stream().anyMatch(RdmaDevice::isSending)) {
            devices.forEach(RdmaDevice::completions);
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        devices.forEach(RdmaDevice::close);
    }
}
