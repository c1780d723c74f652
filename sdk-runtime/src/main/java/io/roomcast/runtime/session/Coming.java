package io.roomcast.runtime.session;

import io.roomcast.runtime.transport.EventLoop;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A session that is to come from another node, for a connection that claims it. Confined to that connection's loop, to which its
 * users hand over.
 */
public final class Coming {

    private final SessionRegistry sessions;
    private final Link link;
    private final Claim claim;
    private final Runnable lookAgain;
    private @Nullable Session session;
    private @Nullable Transit way;
    private boolean ended;

    /** @param lookAgain looks for the session once more, beginning with this node */
    Coming(SessionRegistry sessions, Link link, Claim claim, Runnable lookAgain) {
        this.sessions = sessions;
        this.link = link;
        this.claim = claim;
        this.lookAgain = lookAgain;
    }

    public Claim claim() {
        return claim;
    }

    /** Returns the loop to which it comes. From any thread. */
    public EventLoop loop() {
        return link.connection().loop();
    }

    /**
     * Returns whether it is still to come: also when its connection has gone meanwhile, for the client will be back; not when
     * this node stops.
     */
    public boolean isExpected() {
        return !ended && !sessions.isStopping();
    }

    /** An earlier attempt has brought it to this node meanwhile. */
    public void isHere() {
        if (!ended) {
            ended = true;
            lookAgain.run();
        }
    }

    /** The other node will let it go. What is for the session waits for it from now on. */
    public Session expect(Function<Session, List<Membership>> memberships) {
        Session expected = sessions.expect(claim, link);
        Transit transit = new Transit(memberships.apply(expected));
        transit.memberships().forEach(expected::add);
        expected.expect(transit);
        sessions.register(expected);
        session = expected;
        way = transit;
        return expected;
    }

    /** Returns what waits for it; null if nothing does. */
    public @Nullable Transit way() {
        return way;
    }

    /** Returns the session that is expected; null if none is. */
    public @Nullable Session session() {
        return session;
    }

    /** It will not come. Does nothing if that is known, or it has come. */
    public void refuse(String reason) {
        if (!ended) {
            ended = true;
            if (session != null && way != null) {
                sessions.doesNotCome(session);
                session.neverCame();
                way.arrived();
            }
            link.startAnew(reason);
        }
    }

    /**
     * It has come.
     *
     * @param intoRooms puts it into its rooms, behind what it had before
     */
    public void arrived(Departure from, Runnable intoRooms) {
        Session arrived = session;
        Transit waiting = way;
        if (ended || arrived == null || waiting == null) {
            return;
        }
        ended = true;
        arrived.come(from, claim);
        sessions.came(arrived);
        intoRooms.run();
        arrived.arrived();
        if (waiting.isOverflown()) {
            arrived.giveUp("more broadcasts than are kept came while it changed its node");
        }
        Resuming.finish(arrived, claim, link);
        waiting.arrived();
    }
}
