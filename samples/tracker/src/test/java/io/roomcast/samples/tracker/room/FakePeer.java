package io.roomcast.samples.tracker.room;

import io.roomcast.Attributes;
import io.roomcast.Identity;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Refusal;
import io.roomcast.SendOutcome;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** A peer of which the tracker may only know the id. */
record FakePeer(String id) implements Peer {

    @Override
    public Identity identity() {
        return Identity.anonymous();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Attributes attributes() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<String> rooms() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SendOutcome send(Message message) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Message> request(Message message, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Boolean> whenWritable() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Optional<Refusal>> join(String room) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Boolean> leave(String room, String reason) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close(int code, String reason) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isConnected() {
        return true;
    }
}
