package io.roomcast.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a test expects a peer to see, anywhere ({@link TestPeer}) or in one room ({@link TestRoom}).
 *
 * <p>Each {@code expect…} takes the oldest thing of its kind that no expectation has taken yet. If it is not there it is waited for:
 * under virtual time the cluster is pumped and its clock moved, and nothing sleeps; on real threads and on sockets the call waits until it
 * comes. When the time is over ({@link TestCluster.Builder#patience}, or {@link #within}) the expectation fails with an
 * {@link AssertionError} that says what was expected and lists what the peer did see, in order and with times. Between different
 * events there is no order: an expectation skips what is of another event or kind.
 *
 * <p>For the thread of the test.
 */
public class Expectations {

    private final TestCluster cluster;
    private final Diary diary;
    private final @Nullable String room;
    private final Duration patience;

    Expectations(TestCluster cluster, Diary diary, @Nullable String room, Duration patience) {
        this.cluster = cluster;
        this.diary = diary;
        this.room = room;
        this.patience = patience;
    }

    /** Returns the same expectations with another patience, which is also how long {@link #expectNothing()} looks. */
    public final Expectations within(Duration time) {
        return new Expectations(cluster, diary, room, time);
    }

    // ---- messages

    /** Expects a message of an event and returns it. */
    public final Received expect(String event) {
        return next(messages(event), Received.class, "message \"" + event + "\"");
    }

    /** Expects a message of an event with this text. The next message of the event must be it. */
    public final Received expect(String event, String text) {
        Received received =
                next(messages(event), Received.class, "message \"" + event + "\" saying " + Payloads.quoted(text));
        if (!received.text().equals(text)) {
            throw failure("expected the next \"" + event + "\"" + where() + " to say " + Payloads.quoted(text)
                    + ", and it says " + Payloads.shown(received.payload()));
        }
        return received;
    }

    /**
     * Expects a message of an event for which the predicate holds. The next message of the event must be it. What the predicate
     * throws, such as the failure of an assertion, fails the expectation as well.
     */
    public final Received expect(String event, Predicate<? super Received> check) {
        Received received = next(messages(event), Received.class, "message \"" + event + "\"");
        boolean holds;
        try {
            holds = check.test(received);
        } catch (RuntimeException | AssertionError thrown) {
            throw failure("saw \"" + event + "\"" + where() + ", and its check failed: " + thrown.getMessage(), thrown);
        }
        if (!holds) {
            throw failure("saw \"" + event + "\"" + where() + ", and its check returned false for "
                    + Payloads.shown(received.payload()));
        }
        return received;
    }

    /** Expects messages of one event with these texts, in this order. */
    public final void expectInOrder(String event, String... texts) {
        for (String text : texts) {
            expect(event, text);
        }
    }

    /** Expects messages of one event with these texts in any order, for events that several send. */
    public final void expectInAnyOrder(String event, String... texts) {
        List<String> missing = new ArrayList<>(List.of(texts));
        while (!missing.isEmpty()) {
            String wanted = "message \"" + event + "\" saying one of " + missing;
            Received received = next(messages(event), Received.class, wanted);
            if (!missing.remove(received.text())) {
                throw failure("expected the next \"" + event + "\"" + where() + " to say one of " + missing
                        + ", and it says " + Payloads.shown(received.payload()));
            }
        }
    }

    /**
     * Expects that no message of an event comes, and that none is there that was not expected. Looks for a second of the
     * cluster's time ({@link TestCluster.Builder#quiet}), or as long as {@link #within} says.
     */
    public final void expectNothing(String event) {
        refuse(messages(event), "no \"" + event + "\"");
    }

    /**
     * Expects that nothing comes, and that nothing is there that was not expected: no message, request, reply, error, gap, no end of the
     * connection. Looks as long as {@link #expectNothing(String)} does.
     */
    public final void expectNothing() {
        refuse(this::isHere, "nothing");
    }

    // ---- the rest

    /** Expects to be told that messages were lost between nodes; returns how many, 0 = unknown. */
    public final long expectGap() {
        return next(of(Seen.Kind.GAP), Long.class, "gap");
    }

    /** Expects to be told that so many messages were lost between nodes. */
    public final void expectGap(long missed) {
        long told = next(of(Seen.Kind.GAP), Long.class, "gap of " + missed);
        if (told != missed) {
            throw failure("expected a gap of " + missed + where() + ", and was told of " + told);
        }
    }

    /** Expects an error frame with this code. The next error must be it. */
    public final ReceivedError expectError(int code) {
        ReceivedError error = next(of(Seen.Kind.ERROR), ReceivedError.class, "error with code " + code);
        if (error.code() != code) {
            throw failure("expected an error with code " + code + where() + ", and the next has " + error.code());
        }
        return error;
    }

    /** Expects a request with this event. */
    public final IncomingRequest expectRequest(String event) {
        ReceivedRequest request = next(
                of(Seen.Kind.REQUEST)
                        .and(entry -> ((ReceivedRequest) entry.content).event().equals(event)),
                ReceivedRequest.class,
                "request \"" + event + "\"");
        return new IncomingRequest(cluster.peerOf(diary), request);
    }

    /** Expects to be in a room, once more or still; returns the last snapshot. {@code name} is that of the room. */
    final String joined(String name) {
        Predicate<Diary.Entry> joined =
                entry -> entry.is(Seen.Kind.JOINED) && entry.seen.room().equals(name);
        if (!cluster.await(() -> diary.any(joined), patience)) {
            throw failure("expected to be let into " + name + ", and was not" + time());
        }
        List<Diary.Entry> all = diary.open(joined);
        return ((Received) all.get(all.size() - 1).content).text();
    }

    /** Expects to be told that it is out of a room, {@code name}; returns why. */
    final String left(String name) {
        Predicate<Diary.Entry> left =
                entry -> entry.is(Seen.Kind.LEFT) && entry.seen.room().equals(name);
        return next(left, ClientSession.Left.class, "to be out of " + name).reason();
    }

    /** Expects the answer to a request of its own. */
    final ReceivedReply reply(int request, String what) {
        return next(
                entry -> entry.is(Seen.Kind.REPLY) && ((ReceivedReply) entry.content).id() == request,
                ReceivedReply.class,
                what);
    }

    /** Expects to be told that nobody waits any more for the answer to a request. */
    final void cancel(int request) {
        next(
                entry -> entry.is(Seen.Kind.CANCEL) && (Integer) entry.content == request,
                Integer.class,
                "cancel of request #" + request);
    }

    /** Expects the end of the connection with this code; returns the reason. */
    final String closed(int code) {
        Predicate<Diary.Entry> end = entry -> entry.is(Seen.Kind.CLOSED);
        ClientSession.Closed closed =
                next(end, ClientSession.Closed.class, "its connection to be closed with code " + code);
        if (closed.code() != code) {
            throw failure(
                    "expected its connection to be closed with code " + code + ", and the code is " + closed.code());
        }
        return closed.reason();
    }

    /** Expects to be told that the node is about to close the connection. */
    final void goAway() {
        next(entry -> entry.is(Seen.Kind.GO_AWAY), Object.class, "go-away");
    }

    final AssertionError failure(String what) {
        return failure(what, null);
    }

    // ---- within

    private AssertionError failure(String what, @Nullable Throwable cause) {
        return new AssertionError(diary.owner() + " " + what + ".\n" + cluster.story(diary), cause);
    }

    private <T> T next(Predicate<Diary.Entry> fits, Class<T> type, String what) {
        cluster.await(() -> diary.next(fits).isPresent(), patience);
        Optional<Diary.Entry> found = diary.next(fits);
        if (found.isEmpty()) {
            throw failure("expected " + what + where() + ", and it did not come" + time());
        }
        diary.markExpected(found.get());
        return type.cast(found.get().content);
    }

    private void refuse(Predicate<Diary.Entry> fits, String what) {
        Predicate<Diary.Entry> news = fits.and(entry -> entry.seen.kind().isNews());
        Duration quiet = patience.equals(cluster.patience()) ? cluster.quiet() : patience;
        cluster.awaitOnClock(() -> diary.next(news).isPresent(), quiet);
        List<Diary.Entry> came = diary.open(news);
        if (!came.isEmpty()) {
            throw failure("expected " + what + where() + ", and there came: "
                    + came.get(0).seen.text() + (came.size() > 1 ? ", and " + (came.size() - 1) + " more" : ""));
        }
    }

    private Predicate<Diary.Entry> messages(String event) {
        return of(Seen.Kind.MESSAGE)
                .and(entry -> ((Received) entry.content).event().equals(event));
    }

    private Predicate<Diary.Entry> of(Seen.Kind kind) {
        return entry -> entry.is(kind) && isHere(entry);
    }

    private boolean isHere(Diary.Entry entry) {
        return room == null || entry.seen.room().equals(room);
    }

    private String where() {
        return room == null ? "" : " in " + room;
    }

    private String time() {
        return " within " + TestCluster.shown(patience);
    }
}
