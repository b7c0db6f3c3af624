package io.smc4j.programs;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's Redis, by Lettuce. */
class RedisIT {

    @TempDir
    private Path directory;

    @Test
    void keepsPieces() throws Exception {
        int port = FreePort.find();
        try (Program server = Program.run("redis", List.of(ForeignServer.find("redis-server").toString(), "--port",
                Integer.toString(port), "--bind", "127.0.0.1", "--save", "", "--dir", directory.toString()))) {
            server.awaitMatch("(Ready to accept connections)");
            ForeignServer.assertPlainTcp(port, Client.class, Integer::toString);
            assertThat(server.terminate()).as(server::text).isZero();
        }
    }

    /** Sets keys and gets them. */
    static final class Client {

        public static void main(String[] arguments) throws Exception {
            RedisClient client = RedisClient.create("redis://127.0.0.1:" + arguments[0]);
            RedisCommands<byte[], byte[]> redis = client.connect(ByteArrayCodec.INSTANCE).sync();
            Pieces.say("digest", Pieces.FEW.digestOf(number -> {
                byte[] key = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
                redis.set(key, Pieces.FEW.piece(number));
                return redis.get(key);
            }));
            Pieces.awaitEnd();
            client.shutdown();
        }
    }
}
