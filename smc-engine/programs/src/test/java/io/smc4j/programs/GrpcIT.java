package io.smc4j.programs;

import static java.util.concurrent.TimeUnit.MINUTES;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** gRPC with the Netty inside of it. */
class GrpcIT extends EchoCases {

    private static final MethodDescriptor<byte[], byte[]> UNARY = method(MethodType.UNARY, "unary");
    private static final MethodDescriptor<byte[], byte[]> STREAM = method(MethodType.BIDI_STREAMING, "stream");

    GrpcIT() {
        super(Server.class, Client.class, "unary", "stream");
    }

    private static MethodDescriptor<byte[], byte[]> method(MethodType type, String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder().setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName("Echo", name))
                .setRequestMarshaller(new Bytes()).setResponseMarshaller(new Bytes()).build();
    }

    /** Returns what it is sent. */
    static final class Server {

        public static void main(String[] arguments) throws Exception {
            io.grpc.Server server = NettyServerBuilder.forAddress(new InetSocketAddress("localhost", 0))
                    .addService(ServerServiceDefinition.builder("Echo")
                            .addMethod(UNARY, ServerCalls.asyncUnaryCall((request, answer) -> {
                                answer.onNext(request);
                                answer.onCompleted();
                            }))
                            .addMethod(STREAM, ServerCalls.asyncBidiStreamingCall(answers -> answers)).build())
                    .build().start();
            Pieces.say("port", server.getPort());
            Pieces.awaitEnd();
            server.shutdown().awaitTermination(1, MINUTES);
        }
    }

    /** Has the server return pieces, by a call for each and by one call for all. */
    static final class Client {

        public static void main(String[] arguments) throws Exception {
            ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", Integer.parseInt(arguments[0]))
                    .usePlaintext().build();
            Pieces.say("unary", Pieces.FEW.digestOf(number ->
                    ClientCalls.blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, Pieces.FEW.piece(number))));
            Answers answers = new Answers();
            StreamObserver<byte[]> requests = ClientCalls.asyncBidiStreamingCall(
                    channel.newCall(STREAM, CallOptions.DEFAULT), answers);
            Pieces.say("stream", Pieces.FEW.digestOf(number -> {
                requests.onNext(Pieces.FEW.piece(number));
                return answers.received.poll(1, MINUTES);
            }));
            requests.onCompleted();
            Pieces.awaitEnd();
            channel.shutdown().awaitTermination(1, MINUTES);
        }
    }

    /** Answers of a stream. */
    private static final class Answers implements StreamObserver<byte[]> {

        private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();

        @Override
        public void onNext(byte[] answer) {
            received.add(answer);
        }

        @Override
        public void onError(Throwable failure) {
            failure.printStackTrace();
        }

        @Override
        public void onCompleted() {
        }
    }

    /** Messages that are bytes. */
    private static final class Bytes implements Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
