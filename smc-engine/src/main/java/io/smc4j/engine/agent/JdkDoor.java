package io.smc4j.engine.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.net.SocketImpl;
import java.nio.channels.spi.SelectorProvider;
import java.util.function.Function;

/**
 * The one class that the JDK opens its inside to. {@link JdkDoorLoader} defines it in a module of its own, so that the
 * program's classes find the JDK as closed as ever.
 */
public final class JdkDoor implements JdkInternals {

    private MethodHandle jdkSocketImpl;
    private MethodHandle agentSocketImpl;

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

    @Override
    public void defineBridge(byte[] bridge, String field, Function<Boolean, SocketImpl> factory)
            throws ReflectiveOperationException {
        jdkSocketImpl = jdkConstructor();
        MethodHandles.Lookup inside = MethodHandles.privateLookupIn(SocketImpl.class, MethodHandles.lookup());
        inside.findStaticVarHandle(inside.defineClass(bridge), field, Function.class).setVolatile(factory);
    }

    @Override
    public void defineSocketImpl(byte[] subclass) throws ReflectiveOperationException {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        agentSocketImpl = lookup.findConstructor(lookup.defineClass(subclass),
                MethodType.methodType(void.class, boolean.class, boolean.class))
                .asType(MethodType.methodType(SocketImpl.class, boolean.class, boolean.class));
    }

    /** Whoever sees the bridge needs the JDK's own implementation, too. */
    private static MethodHandle jdkConstructor() throws ReflectiveOperationException {
        return MethodHandles.lookup().findConstructor(Class.forName("sun.nio.ch.NioSocketImpl"),
                MethodType.methodType(void.class, boolean.class))
                .asType(MethodType.methodType(SocketImpl.class, boolean.class));
    }

    @Override
    public SocketImpl jdkSocketImpl(boolean server) {
        try {
            return (SocketImpl) jdkSocketImpl.invokeExact(server);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public SocketImpl agentSocketImpl(boolean server, boolean ofJdk) {
        try {
            return (SocketImpl) agentSocketImpl.invokeExact(server, ofJdk);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
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
