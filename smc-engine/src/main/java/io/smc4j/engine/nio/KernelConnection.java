package io.smc4j.engine.nio;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcSnapshot.HandshakeOutcome;
import io.smc4j.engine.SmcSnapshot.Role;
import io.smc4j.engine.SmcState;
import io.smc4j.engine.negotiation.Statistics;
import io.smc4j.engine.os.SmcDiag;
import io.smc4j.engine.os.SmcDiag.KernelSocket;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * What the kernel has made of the connection of an AF_SMC socket, as far as it was looked at: the socket itself does
 * not tell, and all sockets are looked at together. Mode and reason stand once the connection does; the rest may
 * change. Thread-safe.
 */
final class KernelConnection {

    private final long inode;
    private volatile Seen seen;

    private record Seen(SmcMode mode, FallbackReason reason, KernelSocket socket) {
    }

    /** @param inode of the socket, as {@link io.smc4j.engine.os.Descriptors#inode} tells it */
    KernelConnection(long inode) {
        this.inode = inode;
    }

    /**
     * Takes over what was seen of an established connection; at the first time it is counted.
     *
     * @param role which end this process is
     * @param own why the engine itself has not made it SMC; {@code null} if it has not tried
     */
    synchronized void learn(Map<Long, KernelSocket> sockets, Role role, FallbackReason own,
            InetSocketAddress peer, Statistics statistics) {
        KernelSocket socket = sockets.get(inode);
        if (socket == null || !socket.isDecided()) {
            return;
        }
        Seen before = seen;
        if (before != null) {
            seen = new Seen(before.mode, before.reason, socket);
            return;
        }
        SmcMode mode = mode(socket.mode());
        FallbackReason reason = mode == SmcMode.TCP ? reason(socket.fallbackReason(), own) : null;
        seen = new Seen(mode, reason, socket);
        if (reason != null) {
            statistics.fallback(role, reason, peer, mode == SmcMode.TCP ? socket.peerDiagnosis() : 0);
        } else {
            statistics.handshake(role, HandshakeOutcome.SMC);
        }
    }

    private static SmcMode mode(int kernelMode) {
        return switch (kernelMode) {
            case SmcDiag.MODE_SMCR -> SmcMode.SMCR;
            case SmcDiag.MODE_SMCD -> SmcMode.SMCD;
            default -> SmcMode.TCP;
        };
    }

    /** To a peer that announces nothing to the kernel, what the engine has to say is closer to the point. */
    private static FallbackReason reason(int code, FallbackReason own) {
        if (code == FallbackReason.PEER_WITHOUT_SMC.code() && own != null) {
            return own;
        }
        return FallbackReason.ofCode(code).orElse(FallbackReason.KERNEL_FALLBACK);
    }

    /** {@code null} while it is not known. */
    SmcMode mode() {
        Seen now = seen;
        return now == null ? null : now.mode;
    }

    /** Why the connection is on TCP, if it is known to be. */
    FallbackReason reason() {
        Seen now = seen;
        return now == null ? null : now.reason;
    }

    /** The code in the peer's Decline, or 0. */
    int peerDiagnosis() {
        Seen now = seen;
        return now == null || now.mode != SmcMode.TCP ? 0 : now.socket.peerDiagnosis();
    }

    /** As the kernel last told it; connected until then. */
    SmcState state() {
        Seen now = seen;
        return now == null ? SmcState.ACTIVE : SmcState.ofKernel(now.socket.state());
    }

    /** Bytes; 0 unless SMC. */
    int sendBufferSize() {
        Seen now = seen;
        return now == null ? 0 : now.socket.sendBufferSize();
    }

    /** Bytes; 0 unless SMC. */
    int receiveBufferSize() {
        Seen now = seen;
        return now == null ? 0 : now.socket.receiveBufferSize();
    }
}
