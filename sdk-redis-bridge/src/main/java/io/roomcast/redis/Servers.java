package io.roomcast.redis;

import redis.clients.jedis.HostAndPort;

/** Knows which server has a partition. Safe to use from any thread; may ask the network, so only from threads that may block. */
interface Servers {

    /**
     * Returns the server that owns a partition now.
     *
     * @throws ConnectFailure if that cannot be found out
     */
    HostAndPort owner(int partition);

    /** What it knew may be wrong: the next question goes to the network. */
    void forget();
}
