package io.roomcast.testkit.result;

/**
 * What a count or a histogram is about.
 *
 * @param node the node that served it, from 1; 0 where that is not known
 * @param phase the number of the phase in which it was planned, from 0; what comes behind the last phase belongs to that
 */
public record Key<T extends Enum<T>>(T what, int node, int phase) implements Comparable<Key<T>> {

    @Override
    public int compareTo(Key<T> other) {
        int byWhat = what.compareTo(other.what);
        int byPhase = byWhat != 0 ? byWhat : Integer.compare(phase, other.phase);
        return byPhase != 0 ? byPhase : Integer.compare(node, other.node);
    }
}
