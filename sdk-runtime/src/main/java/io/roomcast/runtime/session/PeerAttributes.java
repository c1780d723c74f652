package io.roomcast.runtime.session;

import io.roomcast.Attributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Attributes behind one lock; the map is made when the first is set, since most peers have none. */
final class PeerAttributes implements Attributes {

    private @Nullable Map<Key<?>, Object> values;

    @Override
    public synchronized <T> Optional<T> get(Key<T> key) {
        return values == null
                ? Optional.empty()
                : Optional.ofNullable(values.get(key)).map(key.type()::cast);
    }

    @Override
    public synchronized <T> void set(Key<T> key, T value) {
        update(key, value, ignored -> value);
    }

    @Override
    public synchronized <T> T update(Key<T> key, T initial, UnaryOperator<T> change) {
        Map<Key<?>, Object> map = values == null ? new HashMap<>(4) : values;
        T old = key.type().cast(map.getOrDefault(key, initial));
        T fresh = key.type().cast(change.apply(old));
        if (!map.containsKey(key) && map.size() == MAX_ENTRIES) {
            throw new IllegalStateException("attribute " + key.name() + " would be number " + (MAX_ENTRIES + 1)
                    + " of this peer, expected at most " + MAX_ENTRIES);
        }
        map.put(key, fresh);
        values = map;
        return fresh;
    }

    @Override
    public synchronized void remove(Key<?> key) {
        if (values != null) {
            values.remove(key);
        }
    }
}
