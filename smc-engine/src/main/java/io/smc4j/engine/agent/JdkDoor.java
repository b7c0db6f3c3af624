package io.smc4j.engine.agent;

import java.lang.reflect.InvocationTargetException;
import java.nio.channels.spi.SelectorProvider;

/**
 * The one class that the JDK opens its inside to. {@link JdkDoorLoader} defines it in a module of its own, so that the
 * program's classes find the JDK as closed as ever.
 */
public final class JdkDoor implements JdkInternals {

    /** For the loader. */
    public JdkDoor() {
    }

    @Override
    public SelectorProvider selectorProvider() throws ReflectiveOperationException {
        return (SelectorProvider) call(Class.forName("sun.nio.ch.DefaultSelectorProvider"), "get", null);
    }

    @Override
    public void enableNativeAccess() throws ReflectiveOperationException {
        if (!isDenied()) {
            Object access = call(Class.forName("jdk.internal.access.SharedSecrets"), "getJavaLangAccess", null);
            call(Class.forName("jdk.internal.access.JavaLangAccess"), "addEnableNativeAccessToAllUnnamed", access);
        }
    }

    /** {@code --illegal-native-access=deny} is known since Java 24. */
    private static boolean isDenied() throws ReflectiveOperationException {
        try {
            return "DENY".equals(String.valueOf(
                    call(Class.forName("jdk.internal.module.ModuleBootstrap"), "illegalNativeAccess", null)));
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private static Object call(Class<?> type, String method, Object target) throws ReflectiveOperationException {
        try {
            return type.getMethod(method).invoke(target);
        } catch (InvocationTargetException e) {
            throw new ReflectiveOperationException(e.getCause());
        }
    }
}
