package io.roomcast.redis;

import io.roomcast.RoomHandler;
import io.roomcast.Roomcast;

/** The code of docs/redis.md. */
final class RedisSnippets {

    private RedisSnippets() {}

    static final class ChatRoom implements RoomHandler {}

    static void start() {
        Roomcast node = Roomcast.builder()
                .listen(8080)
                .room("chat/{topic}", new ChatRoom())
                .bridge(RedisBridge.connect("redis://localhost:6379"))
                .start();
    }
}
