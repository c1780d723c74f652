package io.roomcast.runtime.session;

import io.roomcast.Identity;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.wire.HelloFrame;

/**
 * A client's attempt to go on with a session over a new connection. Begins and ends on the loop of that connection; in between it is
 * on the session's, where the claim is looked at.
 */
final class Resuming {

    private final SessionRegistry sessions;
    private final Link link;
    private final Identity identity;
    private final HelloFrame hello;

    Resuming(SessionRegistry sessions, Link link, Identity identity, HelloFrame hello) {
        this.sessions = sessions;
        this.link = link;
        this.identity = identity;
        this.hello = hello;
    }

    void begin() {
        ResumeToken token = ResumeToken.parse(hello.resume());
        if (token == null) {
            link.startAnew("the resume token is none of ours");
            return;
        }
        Claim claim = new Claim(
                token.peerId(),
                token.secret(),
                identity,
                link.format().subprotocol(),
                hello.received(),
                hello.attempt());
        find(token, claim);
    }

    /** On the link's loop. */
    private void find(ResumeToken token, Claim claim) {
        Session session = sessions.find(token.peerId()).orElse(null);
        String gone = sessions.elsewhere().nodeOf(token.peerId());
        if (session != null) {
            session.execute(() -> claimed(session, token, claim));
        } else if (gone != null || !token.nodeId().equals(sessions.nodeId())) {
            sessions.elsewhere().fetch(gone != null ? gone : token.nodeId(), new Coming(sessions, link, claim, () -> {
                if (link.isResuming()) {
                    find(token, claim);
                }
            }));
        } else {
            link.startAnew(Session.NOT_HERE);
        }
    }

    /** On the session's loop. */
    private void claimed(Session session, ResumeToken token, Claim claim) {
        if (session.isLeaving()) {
            // An earlier attempt takes it along. This one is looked at when that has got there.
            session.execute(() -> claimed(session, token, claim));
            return;
        }
        if (session.isDeparting() || session.hasDeparted()) {
            // An earlier attempt takes it to another node, or did not bring it here. This one follows it.
            EventLoop loop = link.connection().loop();
            loop.execute(() -> loop.schedule(Session.SETTLE_MILLIS, () -> {
                if (link.isResuming()) {
                    find(token, claim);
                }
            }));
            return;
        }
        String fault = session.claim(claim);
        EventLoop to = link.connection().loop();
        if (fault != null) {
            to.execute(() -> link.startAnew(fault));
        } else if (session.loop() == to) {
            finish(session, claim, link);
        } else {
            sessions.rooms().switchLoop(session, to, way -> {
                session.leaveLoop(sessions.flushOf(to));
                sessions.rooms().leftLoop(session);
                to.execute(() -> entered(session, claim, way));
            });
        }
    }

    /** On the link's loop. */
    private void entered(Session session, Claim claim, Transit way) {
        session.enterLoop();
        sessions.rooms().enteredLoop(session, way);
        session.arrived();
        if (way.isOverflown()) {
            session.giveUp("more broadcasts than are kept came while it changed its IO thread");
        }
        finish(session, claim, link);
        // Last: among what waited may be the next claim.
        way.arrived();
    }

    /** The session and the connection that claims it are on the same loop. There. */
    static void finish(Session session, Claim claim, Link link) {
        if (!session.isOpen()) {
            link.startAnew("the session has just ended");
        } else if (link.isResuming()) {
            session.resume(link, claim);
            link.resumed(session);
        } else {
            session.park();
        }
    }
}
