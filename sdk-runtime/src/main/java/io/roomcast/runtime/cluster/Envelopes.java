package io.roomcast.runtime.cluster;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.roomcast.Acks;
import io.roomcast.Message;
import io.roomcast.Refusal;
import io.roomcast.runtime.cluster.proto.Answer;
import io.roomcast.runtime.cluster.proto.Answers;
import io.roomcast.runtime.cluster.proto.Ask;
import io.roomcast.runtime.cluster.proto.Broadcast;
import io.roomcast.runtime.cluster.proto.Envelope;
import io.roomcast.runtime.cluster.proto.NodeMessage;
import io.roomcast.runtime.room.Addressing;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns what nodes tell each other into envelopes and back. */
final class Envelopes {

    private Envelopes() {}

    static Broadcast broadcast(Message message, Addressing addressing, Iterable<String> only) {
        Broadcast.Builder broadcast = Broadcast.newBuilder()
                .setEvent(message.event())
                .setPayload(payload(message))
                .setDroppable(addressing.droppable())
                .setRestricted(addressing.only() != null);
        // One by one: adding all of none makes a list for them too.
        addressing.except().forEach(broadcast::addExcept);
        only.forEach(broadcast::addOnly);
        if (addressing.from() != null) {
            broadcast.setFrom(addressing.from());
        }
        if (addressing.key() != null) {
            broadcast.setKey(addressing.key()).setLatest(addressing.latest());
        }
        return broadcast.build();
    }

    static NodeMessage nodeMessage(Message message) {
        return NodeMessage.newBuilder()
                .setEvent(message.event())
                .setPayload(payload(message))
                .build();
    }

    static Ask ask(long id, int timeoutMillis, Broadcast broadcast) {
        return Ask.newBuilder()
                .setId(id)
                .setTimeoutMs(timeoutMillis)
                .setBroadcast(broadcast)
                .build();
    }

    /** @param acks null when this node was asked too much */
    static Answers answers(long id, @Nullable Acks acks) {
        Answers.Builder answers = Answers.newBuilder().setId(id);
        if (acks == null) {
            return answers.setRefused(true).build();
        }
        acks.answers()
                .forEach((peer, message) -> answers.addAnswers(Answer.newBuilder()
                        .setPeer(peer)
                        .setEvent(message.event())
                        .setPayload(payload(message))));
        acks.refusals()
                .forEach((peer, refusal) -> answers.addAnswers(Answer.newBuilder()
                        .setPeer(peer)
                        .setCode(refusal.code())
                        .setReason(refusal.reason())));
        return answers.addAllTimedOut(acks.timedOut()).addAllLeft(acks.left()).build();
    }

    static Acks acks(Answers answers) {
        Map<String, Message> answered = new LinkedHashMap<>();
        Map<String, Refusal> refused = new LinkedHashMap<>();
        for (Answer answer : answers.getAnswersList()) {
            if (answer.getCode() == 0) {
                answered.put(
                        answer.getPeer(),
                        Message.of(answer.getEvent(), answer.getPayload().asReadOnlyByteBuffer()));
            } else {
                refused.put(answer.getPeer(), new Refusal(answer.getCode(), answer.getReason()));
            }
        }
        return new Acks(answered, refused, set(answers.getTimedOutList()), set(answers.getLeftList()), Set.of());
    }

    /** Reads an envelope. What it holds of payloads are views of the bytes, which nobody changes any more. */
    static Envelope parse(byte[] bytes) throws InvalidProtocolBufferException {
        CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
        input.enableAliasing(true);
        try {
            Envelope envelope = Envelope.parseFrom(input);
            input.checkLastTagWas(0);
            return envelope;
        } catch (InvalidProtocolBufferException malformed) {
            throw malformed;
        } catch (IOException impossible) {
            throw new IllegalStateException("reading an array failed", impossible);
        }
    }

    static Envelope.Builder onLane(Envelope.Builder content, String origin, boolean direct, long lane, long sequence) {
        return content.setOrigin(origin).setDirect(direct).setLane(lane).setSequence(sequence);
    }

    static Message message(Broadcast broadcast) {
        return Message.of(broadcast.getEvent(), broadcast.getPayload().asReadOnlyByteBuffer());
    }

    static Message message(NodeMessage message) {
        return Message.of(message.getEvent(), message.getPayload().asReadOnlyByteBuffer());
    }

    static Addressing addressing(Broadcast broadcast) {
        return new Addressing(
                broadcast.getFrom().isEmpty() ? null : broadcast.getFrom(),
                broadcast.getDroppable(),
                set(broadcast.getExceptList()),
                broadcast.getRestricted() ? set(broadcast.getOnlyList()) : null,
                broadcast.hasKey() ? broadcast.getKey() : null,
                broadcast.getLatest());
    }

    private static Set<String> set(List<String> ids) {
        return switch (ids.size()) {
            case 0 -> Set.of();
            // The sender, most of the time.
            case 1 -> Set.of(ids.get(0));
            default -> Collections.unmodifiableSet(new LinkedHashSet<>(ids));
        };
    }

    private static ByteString payload(Message message) {
        return UnsafeByteOperations.unsafeWrap(message.payload());
    }
}
