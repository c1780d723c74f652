package io.roomcast.testkit.virtual;

import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.scenario.Spread;
import java.util.function.ToIntFunction;

/** The chance of each peer: its own sequence of the run's dice, whoever else throws them in between. Belongs to the world's thread. */
final class Draws {

    private final Dice dice;
    private final Peers peers;

    Draws(Dice dice, Peers peers) {
        this.dice = dice;
        this.peers = peers;
    }

    /** Returns what a function draws for a peer. */
    int of(int peer, ToIntFunction<Dice> drawing) {
        int drawn = drawing.applyAsInt(begin(peer));
        done(peer);
        return drawn;
    }

    long of(int peer, Spread spread) {
        if (spread instanceof Spread.Constant constant) {
            return constant.value();
        }
        long drawn = spread.draw(begin(peer));
        done(peer);
        return drawn;
    }

    long below(int peer, long bound) {
        long drawn = begin(peer).below(bound);
        done(peer);
        return drawn;
    }

    /** Returns the dice, for a peer to draw with before the next call; {@link #done} afterwards. */
    Dice begin(int peer) {
        return dice.at(peer, peers.thrown[peer]);
    }

    void done(int peer) {
        peers.thrown[peer] = dice.position();
    }
}
