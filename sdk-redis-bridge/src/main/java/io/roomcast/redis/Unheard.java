package io.roomcast.redis;

import redis.clients.jedis.exceptions.JedisException;

/** This connection is not to be listened to any more. */
final class Unheard extends JedisException {
    private static final long serialVersionUID = 1L;

    Unheard(String message) {
        super(message);
    }
}
