package io.roomcast.runtime.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.runtime.wire.RouteDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventRoutesTest {

    private final EventRoutes routes = new EventRoutes();
    private final AtomicInteger numbers = new AtomicInteger();
    private final List<RouteDefinition> announced = Collections.synchronizedList(new ArrayList<>());

    private int routeOf(String event) {
        return routes.routeOf(event, name -> new RouteDefinition(numbers.incrementAndGet(), name), announced::add);
    }

    @Test
    void anEventGetsARouteWhenItIsSentForTheSecondTime() {
        assertThat(routeOf("said")).isZero();
        assertThat(announced).isEmpty();
        assertThat(routeOf("said")).isEqualTo(1);
        assertThat(routeOf("said")).isEqualTo(1);
        assertThat(announced).containsExactly(new RouteDefinition(1, "said"));
        assertThat(routes.defined()).containsExactly(new RouteDefinition(1, "said"));
    }

    @Test
    void thereAreNoMoreRoutesThanAllowed() {
        for (int i = 0; i < 1000; i++) {
            routeOf("event " + i % 500);
        }
        for (int i = 0; i < 1000; i++) {
            routeOf("event " + i % 500);
        }
        assertThat(announced).hasSize(EventRoutes.MAX_ROUTES);
        assertThat(routes.defined()).hasSize(EventRoutes.MAX_ROUTES);
    }

    /** Four threads send many events: whoever gets a route finds it announced and defined already. */
    @Test
    void noThreadGetsARouteBeforeItIsAnnounced() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        List<String> early = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(4);
        for (int t = 0; t < 4; t++) {
            Random random = new Random(seed + t);
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 20_000; i++) {
                    String event = "event " + random.nextInt(EventRoutes.MAX_ROUTES);
                    int route = routeOf(event);
                    RouteDefinition definition = new RouteDefinition(route, event);
                    if (route > 0
                            && !(announced.contains(definition)
                                    && routes.defined().contains(definition))) {
                        early.add(event);
                    }
                }
                done.countDown();
            });
            thread.start();
        }
        assertThat(done.await(30, java.util.concurrent.TimeUnit.SECONDS))
                .as("four threads finish within 30 s")
                .isTrue();
        assertThat(early).isEmpty();
        assertThat(announced).doesNotHaveDuplicates().hasSize(EventRoutes.MAX_ROUTES);
    }
}
