package io.roomcast.runtime.session;

import java.util.Arrays;

/** The last {@value #KEPT} ids that were put in and not taken out. Confined to one thread. */
final class RecentIds {

    static final int KEPT = 64;

    /** No id is 0. */
    private int[] ids = new int[4];

    private int next;

    void add(int id) {
        if (ids[next] != 0 && ids.length < KEPT) {
            next = ids.length;
            ids = Arrays.copyOf(ids, ids.length * 2);
        }
        ids[next] = id;
        next = (next + 1) % ids.length;
    }

    /** Takes an id out; returns whether it was there. */
    boolean remove(int id) {
        for (int i = 0; i < ids.length; i++) {
            if (id != 0 && ids[i] == id) {
                ids[i] = 0;
                return true;
            }
        }
        return false;
    }
}
