package io.smc4j.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kafka's broker as it comes, which is its own controller, and a client that produces and consumes. */
class KafkaIT {

    private static final String TOPIC = "pieces";
    private static final String BOUND = "Awaiting socket connections on (localhost:\\d+)\\.";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void keepsRecords(Ends agent) throws Exception {
        Path settings = Files.writeString(directory.resolve("server.properties"), settings());
        try (Program format = Program.start(false, "kafka.tools.StorageTool", "format", "--standalone", "-t",
                Uuid.randomUuid(), "-c", settings)) {
            assertThat(format.exitCode()).as(format::text).isZero();
        }
        try (Program broker = Program.start(agent.server(), "kafka.Kafka", settings);
                Program client = Program.start(agent.client(), Client.class, broker.awaitMatch(BOUND))) {
            assertThat(client.await("digest")).isEqualTo(Pieces.MANY.digest());
            agent.assertTransport(client, broker, Pieces.MANY.total());
            client.end();
            assertThat(broker.terminate()).as(broker::text).isEqualTo(Program.TERMINATED);
        }
    }

    private String settings() {
        return """
                process.roles=broker,controller
                node.id=1
                controller.listener.names=CONTROLLER
                listeners=PLAINTEXT://localhost:0,CONTROLLER://127.0.0.1:0
                controller.quorum.bootstrap.servers=127.0.0.1:0
                log.dirs=%s
                offsets.topic.replication.factor=1
                """.formatted(directory.resolve("logs"));
    }

    /** Sends pieces, and reads them back. */
    static final class Client {

        public static void main(String[] arguments) throws Exception {
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(Map.of(
                    ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0],
                    ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class,
                    ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class))) {
                for (int i = 0; i < Pieces.MANY.count(); i++) {
                    producer.send(new ProducerRecord<>(TOPIC, Pieces.MANY.piece(i)));
                }
                producer.flush();
            }
            try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Map.of(
                    ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0],
                    ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class,
                    ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class))) {
                TopicPartition partition = new TopicPartition(TOPIC, 0);
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                Queue<byte[]> values = new ArrayDeque<>();
                Pieces.say("digest", Pieces.MANY.digestOf(number -> {
                    while (values.isEmpty()) {
                        consumer.poll(Duration.ofSeconds(1)).forEach(each -> values.add(each.value()));
                    }
                    return values.remove();
                }));
                Pieces.awaitEnd();
            }
        }
    }
}
