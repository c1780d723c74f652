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
        Session session = sessions.find(token.peerId()).orElse(null);
        if (session == null) {
            link.startAnew("no such session waits here: its time is over, or its token was used before");
            return;
        }
        Claim claim = new Claim(
                token.peerId(),
                token.secret(),
                identity,
                link.format().subprotocol(),
                hello.received(),
                hello.attempt());
        session.execute(() -> claimed(session, claim));
    }

    /** On the session's loop. */
    private void claimed(Session session, Claim claim) {
        if (session.isLeaving()) {
            // An earlier attempt takes it along. This one is looked at when that has got there.
            session.execute(() -> claimed(session, claim));
            return;
        }
        String fault = session.claim(claim);
        EventLoop to = link.connection().loop();
        if (fault != null) {
            to.execute(() -> link.startAnew(fault));
        } else if (session.loop() == to) {
            arrived(session, claim);
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
        arrived(session, claim);
        // Last: among what waited may be the next claim.
        way.arrived();
    }

    /** On the loop of both. */
    private void arrived(Session session, Claim claim) {
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
