package io.roomcast.testkit.random;

/**
 * Dice of a run, one throw after another, for one peer at a time: {@link #at} picks a peer up where {@link #position} left it. What
 * a peer throws depends on the run's seed, on the peer and on how often it has thrown, and on nothing else. So a fault that is taken out of
 * a run changes nothing in the lives of the peers that it did not touch, and a peer's dice are one int.
 *
 * <p>The mixing is that of SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014), over a counter.
 * Seeds that lie next to each other give unrelated throws. Every throw is the same on every JVM. Belongs to one thread.
 */
public final class Dice {

    private static final long PEER = 0xd1342543de82ef95L;
    private static final long THROW = 0x9e3779b97f4a7c15L;
    private static final double UNIT = 0x1.0p-53;

    private final long seed;
    private long stream;
    private int position;

    /** Makes dice, picked up for no peer: those of whoever plans the run. */
    public Dice(long seed) {
        this.seed = mix(seed);
        at(-1, 0);
    }

    /** Picks the dice up for a peer. @param throwsBefore how often it has thrown */
    public Dice at(int peer, int throwsBefore) {
        stream = mix(seed + PEER * (peer + 1L));
        position = throwsBefore;
        return this;
    }

    /** Returns how often the peer that holds the dice has thrown. */
    public int position() {
        return position;
    }

    /** Returns 64 random bits. */
    public long bits() {
        return mix(stream + THROW * ++position);
    }

    /** Returns a number from 0 to just below 1. */
    public double unit() {
        return (bits() >>> 11) * UNIT;
    }

    /** Returns a number from 0 to below the bound, which is 1 to 2⁵³. */
    public long below(long bound) {
        if (bound < 1 || bound > 1L << 53) {
            throw new IllegalArgumentException("bound is " + bound + ", expected 1 to 2^53");
        }
        // Bounds are small numbers of peers, rooms and nanoseconds: the bias of the product is far below what a run can
        // show.
        return (long) (unit() * bound);
    }

    /** Returns a number of the standard normal distribution, at most 6 from 0. */
    public double normal() {
        // Box and Muller. StrictMath: the intrinsics of Math may differ between JVMs in the last bit.
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - unit()));
        double normal = radius * StrictMath.cos(2 * Math.PI * unit());
        return Math.max(-6, Math.min(6, normal));
    }

    /** Returns a number of the exponential distribution with mean 1. */
    public double exponential() {
        return -StrictMath.log(1 - unit());
    }

    /** Scrambles a number; a bijection. */
    public static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
