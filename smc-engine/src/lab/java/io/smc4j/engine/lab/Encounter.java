package io.smc4j.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smc4j.engine.FallbackReason;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.connection.SmcConnection;
import io.smc4j.engine.link.BufferSizes;
import io.smc4j.engine.link.ClientContact;
import io.smc4j.engine.link.Contact;
import io.smc4j.engine.link.DeclineException;
import io.smc4j.engine.link.ServerContact;
import io.smc4j.engine.os.verbs.CompletionQueue;
import io.smc4j.engine.smcr.Rdma;
import io.smc4j.engine.wire.Clc;
import io.smc4j.engine.wire.ClcAccept;
import io.smc4j.engine.wire.ClcConfirm;
import io.smc4j.engine.wire.ClcProposal;
import io.smc4j.engine.wire.ClcTerms;
import io.smc4j.engine.wire.ClcV2Extension;
import io.smc4j.engine.wire.Eid;
import io.smc4j.engine.wire.FirstContact;
import io.smc4j.engine.wire.LlcConfirmLink;
import io.smc4j.engine.wire.SmcrAcceptBody;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** An engine's RDMA side that meets a hostile peer, and the connections that come of it. */
final class Encounter implements AutoCloseable {

    private static final BufferSizes SIZES = new BufferSizes(64 << 10, 64 << 10, 64 << 10, 64 << 10);
    static final int LINK = 7;

    /** A connection of the two, with all that the peer needs to abuse it. */
    final class Conversation {
        final int token;
        final SmcrAcceptBody victims;
        final SmcConnection connection;
        private int sequence;
        private long producer;

        Conversation(int token, SmcrAcceptBody victims, SmcConnection connection) {
            this.token = token;
            this.victims = victims;
            this.connection = connection;
        }

        int ringSize() {
            return (int) victims.bufferSize();
        }

        int nextSequence() {
            return ++sequence;
        }

        /** The peer says something in order, with these cursors. */
        int say(long producerCursor, long consumerCursor, int producerFlags, int stateFlags) {
            return peer.cdc(nextSequence(), victims.alertToken(), producerCursor, consumerCursor, producerFlags,
                    stateFlags, ringSize());
        }

        /** The peer writes honestly; the victim reads it. */
        void works() throws IOException {
            byte[] bytes = ("works " + producer).getBytes();
            assertThat(peer.write(bytes, victims.rmbAddress() + producer, victims.rkey()))
                    .isEqualTo(CompletionQueue.SUCCESS);
            producer += bytes.length;
            say(producer, 0, 0, 0);
            ByteBuffer target = ByteBuffer.allocate(bytes.length);
            while (target.hasRemaining()) {
                peer.serve(connection::isReadable);
                connection.read(target);
            }
            assertThat(target.array()).isEqualTo(bytes);
        }

        /** The application sees a reset; nothing hangs. */
        void isReset() {
            peer.serve(connection::isReadable);
            assertThatThrownBy(() -> {
                while (connection.read(ByteBuffer.allocate(100)) != SmcConnection.EOF) {
                    assertThat(connection.isReadable()).isTrue();
                }
            }).isInstanceOf(SocketException.class).hasMessage("Connection reset");
            assertThatThrownBy(() -> connection.write(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
        }
    }

    final RdmaPair.Side victim;
    final HostilePeer peer;
    final boolean victimIsServer;
    final List<Conversation> conversations = new ArrayList<>();
    private boolean connected;
    /** What the server agrees on. */
    private int maxLinks = 2;
    boolean receives = true;
    boolean confirms = true;
    int rkeyOffset;
    /** What the peer does as server before it confirms its link, given what the victim said of its own. */
    Consumer<SmcrAcceptBody> beforeConfirm = victims -> { };

    Encounter(RdmaPair.Side victim, boolean victimIsServer) throws Exception {
        this.victim = victim;
        this.victimIsServer = victimIsServer;
        this.peer = new HostilePeer(Guest.End.A);
    }

    // ---- contact

    /** Makes a connection, the first one with a link group. */
    Conversation meet() throws Exception {
        CompletableFuture<FallbackReason> done = new CompletableFuture<>();
        Conversation[] made = new Conversation[1];
        contact(done, made);
        assertThat(done.join()).isNull();
        return made[0];
    }

    /** Makes no connection; returns why. */
    FallbackReason meetInVain() throws Exception {
        CompletableFuture<FallbackReason> done = new CompletableFuture<>();
        contact(done, new Conversation[1]);
        return done.join();
    }

    private void contact(CompletableFuture<FallbackReason> done, Conversation[] made) throws Exception {
        int token = 0x1000 + conversations.size();
        Rdma.Port port = victim.rdma.portFor(victim.end.address());
        SmcrAcceptBody own = peer.body(token, peer.rkey() + rkeyOffset);
        boolean first = !connected;
        Contact contact;
        SmcrAcceptBody theirs;
        if (victimIsServer) {
            ServerContact server = victim.onLoop(() -> port.proposed(proposal(), SIZES));
            run(server::prepare);
            ClcAccept accept = victim.onLoop(server::accept);
            assertThat(accept.terms().firstContact()).isEqualTo(first);
            theirs = (SmcrAcceptBody) accept.body();
            accept.terms().extension().ifPresent(extension -> maxLinks = extension.maxLinks());
            connect(theirs);
            victim.onLoop(() -> {
                server.confirmed(new ClcConfirm(terms(first), own, first ? List.of(peer.gid) : List.of()));
                return null;
            });
            contact = server;
        } else {
            ClientContact client = victim.onLoop(() -> port.accepted(new ClcAccept(terms(first), own), SIZES));
            run(client::prepare);
            theirs = (SmcrAcceptBody) victim.onLoop(client::confirm).body();
            connect(theirs);
            beforeConfirm.accept(theirs);
            if (first && confirms) {
                assertThat(peer.send(LlcConfirmLink.request(Clc.V2, peer.mac, peer.gid, peer.qpn(), LINK, 1, 2, 255)))
                        .isEqualTo(CompletionQueue.SUCCESS);
            }
            contact = client;
        }
        FallbackReason reason = run(contact::complete);
        if (reason == null) {
            made[0] = new Conversation(token, theirs, victim.connection(contact));
            conversations.add(made[0]);
        } else {
            victim.onLoop(abandonment(contact));
        }
        done.complete(reason);
    }

    private void connect(SmcrAcceptBody theirs) throws Exception {
        if (!connected) {
            connected = true;
            peer.connect(theirs, receives);
        }
    }

    /** The peer says this of itself, and does nothing; returns why there is no connection. */
    FallbackReason contactInVain(SmcrAcceptBody own) throws Exception {
        Rdma.Port port = victim.rdma.portFor(victim.end.address());
        Contact contact = null;
        try {
            if (victimIsServer) {
                ServerContact server = victim.onLoop(() -> port.proposed(proposal(),
                        SIZES));
                contact = server;
                run(server::prepare);
                ClcAccept accept = victim.onLoop(server::accept);
                accept.terms().extension().ifPresent(extension -> maxLinks = extension.maxLinks());
                victim.onLoop(() -> {
                    server.confirmed(new ClcConfirm(terms(true), own, List.of(peer.gid)));
                    return null;
                });
            } else {
                contact = victim.onLoop(() -> port.accepted(new ClcAccept(terms(true), own), SIZES));
            }
            return run(contact::complete);
        } catch (CompletionException e) {
            if (e.getCause() instanceof DeclineException reason) {
                return reason.reason();
            }
            throw e;
        } finally {
            if (contact != null) {
                victim.onLoop(abandonment(contact));
            }
        }
    }

    private static Callable<Void> abandonment(Contact contact) {
        return () -> {
            contact.abandon();
            return null;
        };
    }

    private FallbackReason run(Consumer<Consumer<FallbackReason>> step) {
        CompletableFuture<FallbackReason> done = new CompletableFuture<>();
        victim.loop.execute(() -> step.accept(done::complete));
        peer.serve(done::isDone);
        return done.join();
    }

    private ClcProposal proposal() {
        return ClcProposal.smcrV2(peer.peerId, peer.mac, new ClcV2Extension(List.of(eid()), 1, peer.gid, 255, 2, 0,
                Optional.empty()));
    }

    private ClcTerms terms(boolean first) {
        return first ? ClcTerms.v2FirstContact(eid(),
                new FirstContact(true, Clc.OS_LINUX, 1, "hostile", 255, maxLinks, 0, 0))
                : ClcTerms.v2LaterContact(eid());
    }

    private Eid eid() {
        return victim.rdma.portFor(victim.end.address()).offer().eids().get(0);
    }

    // ---- the victim

    SmcSnapshot.LinkGroup group() {
        assertThat(victim.rdma.linkGroups()).hasSize(1);
        return victim.rdma.linkGroups().iterator().next();
    }

    boolean groupLives() {
        return !victim.rdma.linkGroups().isEmpty();
    }

    /** The link group ends, and each of its connections is reset. */
    void ends() {
        peer.serve(() -> !groupLives());
        conversations.forEach(Conversation::isReset);
    }

    /** The application is done with its connections, and the peer dies. */
    @Override
    public void close() {
        conversations.forEach(conversation -> conversation.connection.close(true));
        peer.close();
        if (groupLives()) {
            victim.rdma.suspect(group().id());
        }
    }
}
