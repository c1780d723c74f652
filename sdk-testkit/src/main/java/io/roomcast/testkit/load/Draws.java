package io.roomcast.testkit.load;

import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.scenario.Spread;
import java.util.function.ToIntFunction;

/** One peer's chance: its own sequence of the run's dice, whoever else throws them in between. Belongs to the run's thread. */
final class Draws {

    private final Dice dice;
    private final int number;
    private int position;

    Draws(Dice dice, int number) {
        this.dice = dice;
        this.number = number;
    }

    /** Returns what a function draws. */
    int of(ToIntFunction<Dice> drawing) {
        int drawn = drawing.applyAsInt(dice.at(number, position));
        position = dice.position();
        return drawn;
    }

    long of(Spread spread) {
        long drawn = spread.draw(dice.at(number, position));
        position = dice.position();
        return drawn;
    }

    long below(long bound) {
        long drawn = dice.at(number, position).below(bound);
        position = dice.position();
        return drawn;
    }

    /** Returns the dice, to draw with before the next call; {@link #done} afterwards. */
    Dice begin() {
        return dice.at(number, position);
    }

    void done() {
        position = dice.position();
    }
}
