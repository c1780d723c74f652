package io.roomcast.snippets;

import io.roomcast.Roomcast;

/** The first program of the guide. */
public final class Chat {

    public static void main(String[] args) {
        Roomcast node = Roomcast.builder()
                .listen(8080)
                .staticFiles("web")
                .room("chat/{topic}", new ChatRoom())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(node::close));
    }
}
