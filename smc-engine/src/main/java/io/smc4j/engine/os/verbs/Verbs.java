package io.smc4j.engine.os.verbs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.smc4j.engine.os.Errno;
import io.smc4j.engine.os.NativeAccess;
import io.smc4j.engine.os.verbs.VerbsException.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** libibverbs, once it is found. Thread-safe. */
public final class Verbs {

    private static final long NAME_MAX = 64;

    private Verbs() {
    }

    /** Finds the library; {@link Reason#NO_LIBRARY} if it is not installed. */
    public static Verbs load() throws VerbsException {
        return load(VerbsCalls.LIBRARY);
    }

    static Verbs load(String library) throws VerbsException {
        if (!NativeAccess.isAvailable()) {
            throw VerbsException.of(Reason.NO_LIBRARY, NativeAccess.unavailabilityCause(), null);
        }
        try {
            // Apart from the binding, because a class gets no second chance to be initialised.
            SymbolLookup.libraryLookup(library, Arena.global());
        } catch (IllegalArgumentException e) {
            throw VerbsException.of(Reason.NO_LIBRARY, library + " cannot be loaded", e);
        }
        try {
            VerbsCalls.link();
        } catch (LinkageError e) {
            throw VerbsException.of(Reason.NO_LIBRARY, library + " cannot be used: " + e.getMessage(), e);
        }
        return new Verbs();
    }

    /**
     * The names of the RDMA devices, such as {@code mlx5_0}; none if the kernel has no RDMA either. Those are included
     * that {@link #open} will not be able to open.
     */
    public List<String> deviceNames() throws VerbsException {
        Set<String> names = new LinkedHashSet<>();
        try (DeviceList devices = new DeviceList()) {
            for (int i = 0; i < devices.count; i++) {
                names.add(devices.name(i));
            }
        }
        names.addAll(KernelDevices.names());
        return List.copyOf(names);
    }

    /** Whether a device is there still: one that is being removed is no longer, though it stays until it is closed. */
    public boolean isPresent(String device) throws VerbsException {
        try (DeviceList devices = new DeviceList()) {
            for (int i = 0; i < devices.count; i++) {
                if (devices.name(i).equals(device)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Opens a device. {@link Reason#NO_DEVICE} if there is none of this name, {@link Reason#NO_PERMISSION} if its file
     * under {@code /dev/infiniband} is out of reach, {@link Reason#NO_LIBRARY} if libibverbs has no driver for it.
     */
    public VerbsContext open(String device) throws VerbsException {
        try (DeviceList devices = new DeviceList()) {
            for (int i = 0; i < devices.count; i++) {
                if (devices.name(i).equals(device)) {
                    return open(device, devices.device(i));
                }
            }
        }
        if (!KernelDevices.names().contains(device)) {
            throw VerbsException.of(Reason.NO_DEVICE, "there is no RDMA device " + device, null);
        }
        throw KernelDevices.hasFile(device)
                ? VerbsException.of(Reason.NO_LIBRARY, "libibverbs has no driver for " + device, null)
                : VerbsException.of(Reason.NO_PERMISSION, "the file of " + device + " is not in /dev/infiniband", null);
    }

    private static VerbsContext open(String name, long device) throws VerbsException {
        long context = VerbsCalls.openDevice(device);
        if (context < 0) {
            int errno = (int) -context;
            String verb = "ibv_open_device " + name;
            throw switch (errno) {
                // Forbidden (then the library searches for another file, in vain), or held back by a container's device
                // rules.
                case Errno.ENOENT, Errno.EACCES, Errno.EPERM -> VerbsException.of(Reason.NO_PERMISSION, verb, errno);
                default -> VerbsException.of(verb, errno);
            };
        }
        return VerbsContext.of(name, context);
    }

    /** The library's list of devices, as long as it is in use. */
    private static final class DeviceList implements AutoCloseable {

        private final long list;
        private final int count;

        DeviceList() throws VerbsException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment length = arena.allocate(JAVA_INT);
                long found = VerbsCalls.getDeviceList(length);
                if (found < 0 && found != -Errno.ENOSYS && found != -Errno.ENOENT) {
                    throw VerbsException.of("ibv_get_device_list", (int) -found);
                }
                list = found < 0 ? 0 : found;
                count = found < 0 ? 0 : length.get(JAVA_INT, 0);
            }
        }

        long device(int index) {
            return MemorySegment.ofAddress(list).reinterpret(count * ADDRESS.byteSize())
                    .getAtIndex(ADDRESS, index).address();
        }

        String name(int index) {
            long name = VerbsCalls.getDeviceName(device(index));
            return name < 0 ? "" : MemorySegment.ofAddress(name).reinterpret(NAME_MAX).getString(0);
        }

        @Override
        public void close() {
            if (list != 0) {
                VerbsCalls.freeDeviceList(list);
            }
        }
    }
}
