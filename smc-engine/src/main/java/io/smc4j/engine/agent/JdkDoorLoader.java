package io.smc4j.engine.agent;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.util.Map;
import java.util.Set;

/** Has {@link JdkDoor} alone in its unnamed module, to which packages of the JDK are exported. */
final class JdkDoorLoader extends ClassLoader {

    private JdkDoorLoader() {
        super(JdkDoorLoader.class.getClassLoader());
    }

    /** Opens the door. */
    static JdkInternals open(Instrumentation instrumentation) throws IOException, ReflectiveOperationException {
        JdkDoorLoader loader = new JdkDoorLoader();
        Set<Module> door = Set.of(loader.getUnnamedModule());
        Map<String, Set<Module>> exports = Map.of("sun.nio.ch", door, "jdk.internal.access", door,
                "jdk.internal.module", door, "sun.net", door);
        instrumentation.redefineModule(Object.class.getModule(), Set.of(), exports,
                Map.of("java.net", door), Set.of(), Map.of());
        return (JdkInternals) loader.define(JdkDoor.class.getName()).getConstructor().newInstance();
    }

    private Class<?> define(String name) throws IOException {
        try (InputStream stream = getResourceAsStream(name.replace('.', '/') + ".class")) {
            byte[] bytes = stream.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
