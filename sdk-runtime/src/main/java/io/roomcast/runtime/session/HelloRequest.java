package io.roomcast.runtime.session;

import io.roomcast.AuthenticationRequest;
import io.roomcast.runtime.transport.Handshake;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/** A hello together with the handshake before it, as the authenticator sees them. */
record HelloRequest(String token, String agent, InetSocketAddress remoteAddress, Handshake handshake)
        implements AuthenticationRequest {

    @Override
    public Map<String, List<String>> headers() {
        return handshake.headers();
    }

    @Override
    public Map<String, List<String>> query() {
        return handshake.query();
    }

    /** Leaves out what may be secret. */
    @Override
    public String toString() {
        return "HelloRequest[" + agent + "]";
    }
}
