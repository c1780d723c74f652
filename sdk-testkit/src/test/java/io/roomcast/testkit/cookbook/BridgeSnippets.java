package io.roomcast.testkit.cookbook;

import io.roomcast.RoomHandler;
import io.roomcast.Roomcast;
import io.roomcast.bridge.Bridge;
import io.roomcast.runtime.bridge.LocalHub;
import io.roomcast.testkit.bridge.ForwardingBridge;
import io.roomcast.testkit.junit.bridge.BridgeContract;
import java.net.InetSocketAddress;

/** The code of docs/bridge.md. */
final class BridgeSnippets {

    private final InetSocketAddress bound = new InetSocketAddress(6379);
    private final Server server = new Server(bound);

    record Server(InetSocketAddress address) {}

    static final class MyBridge extends ForwardingBridge {

        MyBridge(InetSocketAddress server) {
            super(LocalHub.create().bridge());
        }
    }

    static void oneJvm(RoomHandler handler) {
        LocalHub hub = LocalHub.create();
        Roomcast one = Roomcast.builder()
                .listen(8081)
                .room("chat/{topic}", handler)
                .bridge(hub.bridge())
                .start();
        Roomcast two = Roomcast.builder()
                .listen(8082)
                .room("chat/{topic}", handler)
                .bridge(hub.bridge())
                .start();
    }

    class MyBridgeTest extends BridgeContract {
        @Override
        protected Bridge newBridge() {
            return new MyBridge(server.address());
        }
    }
}
