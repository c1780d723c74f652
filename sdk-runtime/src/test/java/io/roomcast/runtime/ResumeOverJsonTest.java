package io.roomcast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.Roomcast;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A session that goes on over another connection, as one can watch it in the JSON subprotocol over a real socket. */
class ResumeOverJsonTest {

    private final Queue<LeaveReason> left = new ConcurrentLinkedQueue<>();

    @Test
    void whatWasMissedComesBeforeTheWelcomeAndWhatWasNotAcknowledgedIsSentAgain() throws Exception {
        try (Roomcast node = Roomcast.builder()
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .requireOrigin(false)
                .room("chat/{topic}", new RoomHandler() {
                    @Override
                    public void onMessage(Room room, Peer peer, Message message) {
                        room.broadcast(message).send();
                    }

                    @Override
                    public void onLeave(Room room, Peer peer, LeaveReason reason) {
                        left.add(reason);
                    }
                })
                .start()) {
            int port = node.addresses().get(0).getPort();
            JsonClient first = new JsonClient(port);
            first.send("{\"hello\":{\"resumable\":true}}");
            String welcome = first.next();
            String peer = field("peer", welcome);
            assertThat(welcome).contains("\"resumeWindowMs\":30000").doesNotContain("resumed");
            first.send("{\"join\":{\"room\":\"chat/jazz\",\"ref\":1}}");
            assertThat(first.next()).contains("\"joined\"");
            first.send("{\"message\":{\"room\":\"chat/jazz\",\"event\":\"say\",\"text\":\"one\"}}");
            assertThat(first.next()).contains("\"text\":\"one\"");
            first.send("{\"message\":{\"room\":\"chat/jazz\",\"event\":\"say\",\"text\":\"two\"}}");
            assertThat(first.next()).contains("\"text\":\"two\"");

            // It had joined, one and two, and says that it had joined and one. The old connection is still there.
            JsonClient second = new JsonClient(port);
            second.send("{\"hello\":{\"resumable\":true,\"resume\":\"" + field("resume", welcome)
                    + "\",\"received\":2,\"attempt\":1}}");
            assertThat(second.next()).contains("\"text\":\"two\"");
            String again = second.next();
            assertThat(again)
                    .contains("\"welcome\"", "\"resumed\":true", "\"received\":3", "\"peer\":\"" + peer + "\"");
            assertThat(field("resume", again)).isNotEqualTo(field("resume", welcome));
            assertThat(first.closeCode()).isEqualTo(4007);
            second.send("{\"ack\":{\"received\":3}}\n"
                    + "{\"message\":{\"room\":\"chat/jazz\",\"event\":\"say\",\"text\":\"three\"}}");
            assertThat(second.next()).contains("\"text\":\"three\"");
            assertThat(left).isEmpty();

            JsonClient third = new JsonClient(port);
            third.send(
                    "{\"hello\":{\"resumable\":true,\"resume\":\"" + field("resume", welcome) + "\",\"attempt\":2}}");
            String fresh = third.next();
            assertThat(fresh).contains("\"welcome\"").doesNotContain("resumed", peer);
            assertThat(third.next()).contains("\"error\"", "\"code\":21").doesNotContain("terminal");
            assertThat(node.stats().peers()).isEqualTo(2);
        }
    }

    private static String field(String name, String line) {
        Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]+)\"").matcher(line);
        assertThat(found.find()).as("%s in %s", name, line).isTrue();
        return found.group(1);
    }
}
