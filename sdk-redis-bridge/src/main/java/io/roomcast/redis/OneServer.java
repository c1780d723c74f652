package io.roomcast.redis;

import redis.clients.jedis.HostAndPort;

/** The one server that there is. */
record OneServer(HostAndPort server) implements Servers {

    @Override
    public HostAndPort owner(int partition) {
        return server;
    }

    @Override
    public void forget() {}
}
