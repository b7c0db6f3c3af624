package io.smc4j.engine.negotiation;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.Contact;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * A contact in the hands of a negotiation. A contact lives on the control loop, but any thread may end the negotiation:
 * whatever comes first is then given up, the contact or the connection that it has become meanwhile. All calls with the
 * negotiation's lock held.
 */
final class HeldContact<C extends Contact> {

    /** Takes what came of a part of the contact: {@code null}, or why it failed. */
    interface Reply {
        void take(FallbackReason reason) throws IOException;
    }

    private final Negotiation negotiation;
    private final C contact;
    private boolean stands;
    private boolean settled;

    HeldContact(Negotiation negotiation, C contact) {
        this.negotiation = negotiation;
        this.contact = contact;
    }

    C get() {
        return contact;
    }

    /** What has to happen before this side's message. */
    void prepare(Reply reply) {
        contact.prepare(resuming(reply));
    }

    /** What has to happen after the Confirm. */
    void complete(Reply reply) {
        Consumer<FallbackReason> resuming = resuming(reply);
        contact.complete(reason -> {
            synchronized (negotiation) {
                stands = reason == null;
                resuming.accept(reason);
            }
        });
    }

    private Consumer<FallbackReason> resuming(Reply reply) {
        return reason -> negotiation.resume(() -> {
            if (!settled) {
                reply.take(reason);
            }
        });
    }

    /** The connection, once it stands. */
    SmcConnection connect() {
        settled = true;
        return negotiation.connect(contact.localRing(), contact.peerRing());
    }

    /** Gives the contact up unless there is a connection. A peer that counts that as made sees a reset. */
    void giveUp() {
        if (!settled) {
            settled = true;
            if (negotiation.owner.loop.inLoop()) {
                end();
            } else {
                negotiation.owner.loop.execute(this::end);
            }
        }
    }

    private void end() {
        // It may have come to stand between the wish to give it up and now.
        if (stands || !contact.abandon()) {
            connect().close(true);
        }
    }

    /** The peer wants the link group ended, as the two sides disagree about it. */
    void outOfSync() {
        giveUp();
        contact.outOfSync();
    }
}
