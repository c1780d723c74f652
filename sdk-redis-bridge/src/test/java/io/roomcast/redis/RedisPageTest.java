package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.Roomcast;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What docs/redis.md says compiles, and is what the tests use. */
class RedisPageTest {

    private static final Path PAGE = Path.of("..", "docs", "redis.md");

    @Test
    void itsCodeCompiles() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/roomcast/redis/RedisPageTest.java"));
        String page = Files.readString(PAGE);
        String block = page.substring(page.indexOf("```java\n") + 8, page.indexOf("\n```\n"));
        assertThat(squeezed(source)).contains(squeezed(block));
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }

    static void snippet() {
        Roomcast node = Roomcast.builder()
                .listen(8080)
                .room("chat/{topic}", new ChatRoom())
                .bridge(RedisBridge.connect("redis://localhost:6379"))
                .start();
        assertThat(node).isNotNull();
    }

    private static final class ChatRoom implements RoomHandler {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            room.broadcast(message).except(peer).send();
        }
    }
}
