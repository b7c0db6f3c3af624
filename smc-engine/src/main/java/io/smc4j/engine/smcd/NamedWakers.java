package io.smc4j.engine.smcd;

import io.smc4j.engine.link.DoorbellSlot;
import io.smc4j.engine.link.LinkGroup;
import io.smc4j.engine.link.WakeReceiver;
import io.smc4j.engine.os.OsException;

/** Within a network namespace: each side opens a socket under a name of its own and tells the other. */
final class NamedWakers implements Wakers {

    private final ControlSocket control;
    private final PeerDoorbells peerDoorbells;

    NamedWakers(ControlSocket control, PeerDoorbells peerDoorbells) {
        this.control = control;
        this.peerDoorbells = peerDoorbells;
    }

    @Override
    public void opened(DoorbellSlot slot, int generation) {
        try {
            WakeReceiver receiver = WakeReceiver.open(slot.doorbell(), control.peerFiles());
            slot.setReceiver(receiver);
            control.send(ControlMessage.doorbell(slot.number(), generation, receiver.name()));
        } catch (OsException e) {
            // A peer without its name asks the control loop, which needs no other descriptor.
            LinkGroup.LOG.log(System.Logger.Level.DEBUG, "no socket for a doorbell", e);
        }
    }

    @Override
    public void doorbell(int number, int generation, long name) {
        long sender = peerDoorbells.open(number, generation, name);
        if (sender != 0) {
            control.send(ControlMessage.waker(number, generation, sender));
        }
    }

    @Override
    public void waker(DoorbellSlot slot, int generation, long name) {
        slot.acceptOnly(generation, name);
    }

    @Override
    public void close() {
        // The sockets are the doorbells'.
    }
}
