package io.smc4j.engine.lab;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * An engine in a process of its own, which connects, sends a little, says so, and then sends nothing more. It takes one
 * link only: a kernel that loses two at once while a message is under way waits for its completion for ever, deaf to
 * signals.
 */
final class EngineMain {

    private EngineMain() {
    }

    public static void main(String[] arguments) throws Exception {
        EnginePeer peer = new EnginePeer(Guest.End.A, EnginePeer.config(RdmaPair.config(Guest.End.A, 1)).build());
        SocketChannel channel = peer.connect(arguments[0], Integer.parseInt(arguments[1]));
        peer.requireSmcr(1);
        int sent = channel.write(ByteBuffer.allocate(10_000));
        System.out.println("sent " + sent);
        Thread.sleep(Long.MAX_VALUE);
    }
}
