package io.smc4j.engine.agent;

import java.io.IOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.net.SocketImpl;
import java.security.ProtectionDomain;

/**
 * Has {@code java.net.SocketImpl} ask a function for implementations, in its one method that makes them. Factories that
 * the program sets, proxies and subclasses of sockets are the JDK's affair as before.
 */
final class SocketRewriter implements ClassFileTransformer {

    private final String bridge;
    private boolean done;
    private Exception failure;

    private SocketRewriter(String bridge) {
        this.bridge = bridge;
    }

    /**
     * Rewrites the class.
     *
     * @param bridge the internal name of the class whose static field holds the function
     * @throws IOException if the JDK's class is not as expected, which it then still is
     */
    static void rewrite(Instrumentation instrumentation, String bridge) throws IOException {
        SocketRewriter rewriter = new SocketRewriter(bridge);
        instrumentation.addTransformer(rewriter, true);
        try {
            instrumentation.retransformClasses(SocketImpl.class);
        } catch (UnmodifiableClassException | InternalError | UnsupportedOperationException | LinkageError e) {
            throw new IOException(e);
        } finally {
            instrumentation.removeTransformer(rewriter);
        }
        if (!rewriter.done) {
            throw new IOException("java.net.SocketImpl is not as expected", rewriter.failure);
        }
    }

    @Override
    public byte[] transform(Module module, ClassLoader loader, String name, Class<?> type, ProtectionDomain domain,
            byte[] bytes) {
        if (type != SocketImpl.class) {
            return null;
        }
        try {
            byte[] rewritten = SocketImplClass.redirect(bytes, bridge);
            done = true;
            return rewritten;
        } catch (IOException | RuntimeException e) {
            failure = e;
            return null;
        }
    }
}
