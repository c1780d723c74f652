package io.roomcast.runtime.room;

import io.roomcast.ErrorCode;
import io.roomcast.HistoryPage;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.wire.ClientFrames;
import io.roomcast.runtime.wire.PageContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads pages of histories, for the application and for peers. Safe to use from any thread. */
final class HistoryReads {

    /** The most entries of a page for a peer. */
    static final int MOST_ENTRIES = 100;

    /** The most payload of a page for a peer, its first entry excepted. */
    static final int MOST_BYTES = 64 << 10;

    /** How many pages of a room a peer may read at one time. */
    static final int MOST_AT_ONCE = 4;

    /** What an entry costs a page beside its payload, roughly. */
    private static final int ENTRY_OVERHEAD = 64;

    private final Rooms rooms;
    private final Telemetry telemetry;

    HistoryReads(Rooms rooms, Telemetry telemetry) {
        this.rooms = rooms;
        this.telemetry = telemetry;
    }

    // ---- for the application

    CompletionStage<HistoryPage> newest(RoomKinds.Named named, int limit) {
        Retention retention = retention(named);
        checkLimit(limit);
        return newest(named.name(), retention, limit).thenApply(HistoryReads::forApplication);
    }

    CompletionStage<HistoryPage> after(RoomKinds.Named named, long after, int limit) {
        Retention retention = retention(named);
        checkLimit(limit);
        if (after < 0) {
            throw new IllegalArgumentException("after is " + after + ", expected at least 0");
        }
        return rooms.uplink()
                .readHistory(named.name(), retention, after, limit)
                .thenApply(HistoryReads::forApplication);
    }

    private static Retention retention(RoomKinds.Named named) {
        return named.kind()
                .options()
                .history()
                .orElseThrow(() -> new IllegalStateException("room \"" + named.name()
                        + "\" has no history, expected RoomOptions.history(size, age) for \""
                        + named.kind().pattern() + "\""));
    }

    private static void checkLimit(int limit) {
        if (limit < 1 || limit > HistoryPage.MAX_LIMIT) {
            throw new IllegalArgumentException("limit is " + limit + ", expected 1 to " + HistoryPage.MAX_LIMIT);
        }
    }

    private static HistoryPage forApplication(LoggedPage page) {
        List<HistoryPage.Entry> entries = new ArrayList<>(page.entries().size());
        for (LoggedMessage entry : page.entries()) {
            if (entry.message() != null) {
                entries.add(new HistoryPage.Entry(
                        entry.offset(),
                        entry.message(),
                        Optional.ofNullable(entry.addressing().from())));
            }
        }
        return new HistoryPage(page.epoch(), page.oldest(), page.newest(), entries);
    }

    private CompletionStage<LoggedPage> newest(String room, Retention retention, int limit) {
        Uplink uplink = rooms.uplink();
        return uplink.readHistory(room, retention, Long.MAX_VALUE, 1)
                .thenCompose(end -> uplink.readHistory(room, retention, Math.max(0, end.newest() - limit), limit));
    }

    // ---- for peers

    /**
     * Answers a peer's wish. On its loop.
     *
     * @param epoch empty = whichever it is
     * @param after {@link ClientFrames#NEWEST} or at least 0
     * @param limit unsigned, 0 = the most
     */
    void page(RoomMember member, int ref, String epoch, long after, int limit) {
        Session session = member.session();
        LocalRoom room = member.room();
        RoomHistory history = room.history();
        if (history == null) {
            session.error(ErrorCode.NO_HISTORY, "this room keeps no history", ref, room.name());
            return;
        }
        if (limit < 0 || limit > MOST_ENTRIES) {
            session.error(
                    ErrorCode.BAD_HISTORY_REQUEST,
                    "limit is " + Integer.toUnsignedString(limit) + ", expected at most " + MOST_ENTRIES,
                    ref,
                    room.name());
            return;
        }
        if (member.openReads == MOST_AT_ONCE) {
            session.error(
                    ErrorCode.HISTORY_UNAVAILABLE,
                    MOST_AT_ONCE + " pages of this room are being read for this peer",
                    ref,
                    room.name());
            return;
        }
        member.openReads++;
        int most = limit == 0 ? MOST_ENTRIES : limit;
        read(room.name(), history.retention(), after, most)
                .whenComplete((page, failure) -> session.execute(() -> {
                    member.openReads--;
                    if (!member.isActive()) {
                        return;
                    }
                    if (page == null) {
                        session.error(
                                ErrorCode.HISTORY_UNAVAILABLE, "the history cannot be read now", ref, room.name());
                    } else {
                        answer(member, ref, epoch, after, page);
                    }
                }));
    }

    private CompletionStage<LoggedPage> read(String room, Retention retention, long after, int limit) {
        try {
            return after == ClientFrames.NEWEST
                    ? newest(room, retention, limit)
                    : rooms.uplink().readHistory(room, retention, after, Math.min(limit, HistorySlice.MAX_LIMIT));
        } catch (RuntimeException refused) {
            return CompletableFuture.failedStage(refused);
        }
    }

    private void answer(RoomMember member, int ref, String epoch, long after, LoggedPage page) {
        Session session = member.session();
        LocalRoom room = member.room();
        if (!epoch.isEmpty() && !epoch.equals(page.epoch())) {
            session.error(
                    ErrorCode.HISTORY_EPOCH_CHANGED,
                    "the history has begun anew, its epoch is " + page.epoch(),
                    ref,
                    room.name());
        } else if (after > page.newest()) {
            session.error(
                    ErrorCode.BAD_HISTORY_REQUEST,
                    "after is " + after + ", expected at most " + page.newest() + ", the newest",
                    ref,
                    room.name());
        } else {
            PageContent content = content(member, after, page);
            session.offer(session.format().page(room.key(), ref, content), false);
            telemetry.historyRead(room.name(), content.entries().size());
        }
    }

    private static PageContent content(RoomMember member, long after, LoggedPage page) {
        List<PageContent.Entry> entries = new ArrayList<>(page.entries().size());
        long through = Math.max(after, page.oldest() - 1);
        long bytes = 0;
        for (LoggedMessage entry : page.entries()) {
            if (entry.message() != null && member.isFor(entry.addressing())) {
                bytes += entry.message().size() + ENTRY_OVERHEAD;
                if (bytes > MOST_BYTES && !entries.isEmpty()) {
                    break;
                }
                entries.add(new PageContent.Entry(
                        entry.offset(), entry.message(), entry.addressing().from()));
            }
            through = entry.offset();
        }
        return new PageContent(page.epoch(), page.oldest(), page.newest(), through, entries);
    }
}
