package io.roomcast.load.preset;

import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.testkit.load.ServerStamp;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Feeder;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.scenario.Scenario;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Fifty symbols of which some are watched far more than others. The server tells a price of each that is watched five times a second; peers listen. Each
 * node tells its own peers, as nodes of an exchange do that all have the feed.
 */
final class Quotes implements Preset.Kind {

    private static final int SYMBOLS = 50;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int PRICE_BYTES = 64;

    @Override
    public Scenario scenario(String name, Shape shape) {
        RoomChoice symbol = RoomChoice.of("quotes/{}", Feeder.zipf(SYMBOLS, 0.99));
        return shape.of(
                        name,
                        Behaviour.of(
                                "watcher",
                                peer -> peer.connect(shape.subprotocol())
                                        .join("symbol", symbol)
                                        .think(shape.stay())
                                        .leave("symbol")))
                .build();
    }

    @Override
    public String pattern() {
        return "quotes/{symbol}";
    }

    @Override
    public RoomHandler handler() {
        return new Feed();
    }

    @Override
    public List<String> objectives() {
        return List.of("connect.p99<1s", "delivery.p99<100ms", "errors<0.1%");
    }

    /** One feed for each node, on one thread for all rooms. */
    private static final class Feed implements RoomHandler {

        private final ConcurrentMap<String, ScheduledFuture<?>> ticking = new ConcurrentHashMap<>();
        private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "quotes");
            thread.setDaemon(true);
            return thread;
        });

        @Override
        public void onOpen(Room room) {
            Ticks ticks = new Ticks(room);
            ticking.put(room.name(), ticker.scheduleAtFixedRate(ticks, TICK_NANOS, TICK_NANOS, TimeUnit.NANOSECONDS));
        }

        @Override
        public void onClose(Room room) {
            ScheduledFuture<?> ticks = ticking.remove(room.name());
            if (ticks != null) {
                ticks.cancel(false);
            }
        }
    }

    /** The prices of one room, each stamped with the instant for which it was planned. */
    private static final class Ticks implements Runnable {

        private final Room room;
        private final long begun = System.nanoTime();
        private int count;

        Ticks(Room room) {
            this.room = room;
        }

        @Override
        public void run() {
            count++;
            ByteBuffer price = ByteBuffer.allocate(PRICE_BYTES);
            ServerStamp.write(price, count, begun + count * TICK_NANOS, System.nanoTime());
            room.broadcast("price", price.array()).volatileDelivery().send();
        }
    }
}
