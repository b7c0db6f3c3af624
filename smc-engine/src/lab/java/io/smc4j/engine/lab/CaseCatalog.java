package io.smc4j.engine.lab;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the cases, in the same order on the host and in the machine. */
final class CaseCatalog {

    private static final String SUFFIX = "LabCase.class";

    /** A case: a method marked {@link GuestCase}. */
    record Case(String name, Method method, int guestSeconds, boolean needsOwnMachine) {

        void run() throws Throwable {
            method.setAccessible(true);
            try {
                method.invoke(Modifier.isStatic(method.getModifiers()) ? null : instance());
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        private Object instance() throws ReflectiveOperationException {
            Constructor<?> constructor = method.getDeclaringClass().getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        }
    }

    private CaseCatalog() {
    }

    /**
     * The cases for a machine.
     *
     * @param filter what the names ({@code VerbsLabCase.aMethod}) have to match, from their beginnings; empty for all
     */
    static List<Case> cases(MachineKind kind, String filter) {
        Pattern wanted = Pattern.compile(filter);
        return classes().stream().filter(type -> runsIn(type).contains(kind)).flatMap(type -> cases(type).stream())
                .filter(found -> wanted.matcher(found.name()).lookingAt()).toList();
    }

    private static List<MachineKind> runsIn(Class<?> type) {
        RunsIn kinds = type.getAnnotation(RunsIn.class);
        return kinds == null ? List.of(MachineKind.SMC_V2) : List.of(kinds.value());
    }

    private static List<Case> cases(Class<?> type) {
        List<Case> cases = new ArrayList<>();
        for (Method method : type.getDeclaredMethods()) {
            GuestCase marker = method.getAnnotation(GuestCase.class);
            if (marker != null) {
                cases.add(new Case(type.getSimpleName() + "." + method.getName(), method,
                        marker.seconds() * Guest.SLOWNESS, marker.ownMachine()));
            }
        }
        if (cases.isEmpty()) {
            throw new IllegalStateException(type + " has no method with @GuestCase");
        }
        cases.sort(Comparator.comparing(Case::name));
        return cases;
    }

    private static List<Class<?>> classes() {
        try {
            Path root = Path.of(CaseCatalog.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            try (Stream<Path> files = Files.walk(root)) {
                List<Class<?>> classes = new ArrayList<>();
                for (Path file : files.filter(f -> f.getFileName().toString().endsWith(SUFFIX)).sorted().toList()) {
                    String name = root.relativize(file).toString().replace('/', '.');
                    classes.add(Class.forName(name.substring(0, name.length() - ".class".length()), false,
                            CaseCatalog.class.getClassLoader()));
                }
                return classes;
            }
        } catch (URISyntaxException | IOException | ClassNotFoundException e) {
            throw new IllegalStateException("cannot look for classes named *LabCase", e);
        }
    }
}
