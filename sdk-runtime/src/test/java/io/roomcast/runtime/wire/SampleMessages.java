package io.roomcast.runtime.wire;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.roomcast.runtime.wire.proto.Ack;
import io.roomcast.runtime.wire.proto.Batch;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Hello;
import io.roomcast.runtime.wire.proto.History;
import io.roomcast.runtime.wire.proto.Join;
import io.roomcast.runtime.wire.proto.Leave;
import io.roomcast.runtime.wire.proto.Message;
import io.roomcast.runtime.wire.proto.Ping;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;

/** Makes up frames of clients and encodes them without the code under test. */
final class SampleMessages {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String[] TEXTS = {"", "a", "chat/1", "grüße", "🚀", "\"\\\n\t\0", "x".repeat(200), "„你好“ 🚀"};

    private final Random random;

    SampleMessages(Random random) {
        this.random = random;
    }

    /** Returns a frame; the number or the name of a room is there as the format has it. */
    ClientFrame frame(WireFormat format) {
        return switch (random.nextInt(format.usesRoutes() ? 10 : 9)) {
            case 0 -> new ClientFrame.Hello(cut(text(), 16), text());
            case 1 -> new ClientFrame.Join(text(), ref(), payload(), recovery());
            case 2 -> new ClientFrame.Leave(number(format), name(format), ref());
            case 3 -> new ClientFrame.Sent(number(format), name(format), text(), orNull(text()), payload());
            case 4 -> new ClientFrame.Ping(ref());
            case 5 -> new ClientFrame.Unknown();
            case 6 -> new ClientFrame.Hello("x", text(), random.nextBoolean(), cut(text(), 16), count(), ref());
            case 7 -> new ClientFrame.Ack(count());
            case 8 ->
                new ClientFrame.PageWanted(
                        number(format),
                        name(format),
                        ref(),
                        text(),
                        random.nextBoolean() ? ClientFrames.NEWEST : offset(),
                        ref());
            default -> new ClientFrame.Data(1 + random.nextInt(1 << (7 * (1 + random.nextInt(4)))), payload());
        };
    }

    static byte[] encode(WireFormat format, ClientFrame frame) {
        return format.usesRoutes() ? protobuf(frame) : json(frame);
    }

    private int number(WireFormat format) {
        return format.usesRoutes() ? random.nextInt(Integer.MAX_VALUE) >>> random.nextInt(31) : 0;
    }

    private String name(WireFormat format) {
        return format.usesRoutes() ? null : orNull(text());
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private static String cut(String text, int chars) {
        return text.length() <= chars ? text : text.substring(0, chars);
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private long count() {
        return random.nextLong() >>> (11 + random.nextInt(53));
    }

    private int ref() {
        return random.nextInt() >>> random.nextInt(32);
    }

    private RecoveryPoint recovery() {
        String epoch = text();
        return epoch.isEmpty() ? null : new RecoveryPoint(epoch, offset(), text());
    }

    private long offset() {
        return random.nextLong() >>> 1 + random.nextInt(63);
    }

    private String payload() {
        byte[] bytes;
        if (random.nextBoolean()) {
            bytes = text().getBytes(StandardCharsets.UTF_8);
        } else {
            bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
        }
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] protobuf(ClientFrame frame) {
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        if (frame instanceof ClientFrame.Data data) {
            int route = data.route();
            while (route >= 0x80) {
                element.write(route & 0x7F | 0x80);
                route >>>= 7;
            }
            element.write(route);
            element.writeBytes(bytes(data.payload()));
        } else {
            element.write(0);
            element.writeBytes(body(frame).toByteArray());
        }
        return Batch.newBuilder()
                .addFrames(ByteString.copyFrom(element.toByteArray()))
                .build()
                .toByteArray();
    }

    private static Frame body(ClientFrame frame) {
        Frame.Builder body = Frame.newBuilder();
        if (frame instanceof ClientFrame.Hello hello) {
            body.setHello(Hello.newBuilder()
                    .setAgent(hello.agent())
                    .setToken(hello.token())
                    .setResumable(hello.resumable())
                    .setResume(hello.resume())
                    .setReceived(hello.received())
                    .setAttempt(hello.attempt()));
        } else if (frame instanceof ClientFrame.Ack ack) {
            body.setAck(Ack.newBuilder().setReceived(ack.received()));
        } else if (frame instanceof ClientFrame.Join join) {
            Join.Builder message = Join.newBuilder()
                    .setRoom(join.room())
                    .setRef(join.ref())
                    .setPayload(ByteString.copyFrom(bytes(join.payload())));
            if (join.recover() != null) {
                message.setEpoch(join.recover().epoch())
                        .setOffset(join.recover().offset())
                        .setPeer(join.recover().peer());
            }
            body.setJoin(message);
        } else if (frame instanceof ClientFrame.Leave leave) {
            body.setLeave(Leave.newBuilder().setRoom(leave.number()).setRef(leave.ref()));
        } else if (frame instanceof ClientFrame.Sent sent) {
            Message.Builder message = Message.newBuilder()
                    .setRoom(sent.number())
                    .setEvent(sent.event())
                    .setPayload(ByteString.copyFrom(bytes(sent.payload())));
            body.setMessage(sent.to() == null ? message : message.setTo(sent.to()));
        } else if (frame instanceof ClientFrame.Ping ping) {
            body.setPing(Ping.newBuilder().setRef(ping.ref()));
        } else if (frame instanceof ClientFrame.PageWanted wanted) {
            History.Builder message = History.newBuilder()
                    .setRoom(wanted.number())
                    .setRef(wanted.ref())
                    .setEpoch(wanted.epoch())
                    .setLimit(wanted.limit());
            body.setHistory(wanted.after() == ClientFrames.NEWEST ? message : message.setAfter(wanted.after()));
        }
        return body.build();
    }

    private static byte[] json(ClientFrame frame) {
        ObjectNode line = MAPPER.createObjectNode();
        if (frame instanceof ClientFrame.Hello hello) {
            line.putObject("hello")
                    .put("agent", hello.agent())
                    .put("token", hello.token())
                    .put("resumable", hello.resumable())
                    .put("resume", hello.resume())
                    .put("received", hello.received())
                    .put("attempt", Integer.toUnsignedLong(hello.attempt()));
        } else if (frame instanceof ClientFrame.Ack ack) {
            line.putObject("ack").put("received", ack.received());
        } else if (frame instanceof ClientFrame.Join join) {
            ObjectNode body = line.putObject("join").put("room", join.room());
            payload(body, join.payload());
            body.put("ref", Integer.toUnsignedLong(join.ref()));
            if (join.recover() != null) {
                body.put("offset", join.recover().offset())
                        .put("epoch", join.recover().epoch())
                        .put("peer", join.recover().peer());
            }
        } else if (frame instanceof ClientFrame.Leave leave) {
            line.putObject("leave")
                    .put("room", leave.name() == null ? "" : leave.name())
                    .put("ref", Integer.toUnsignedLong(leave.ref()));
        } else if (frame instanceof ClientFrame.Sent sent) {
            ObjectNode body = line.putObject("message").put("event", sent.event());
            payload(body, sent.payload());
            if (sent.name() != null) {
                body.put("room", sent.name());
            }
            body.put("to", sent.to() == null ? "" : sent.to());
        } else if (frame instanceof ClientFrame.Ping ping) {
            line.putObject("ping").put("ref", Integer.toUnsignedLong(ping.ref()));
        } else if (frame instanceof ClientFrame.PageWanted wanted) {
            ObjectNode body = line.putObject("history")
                    .put("room", wanted.name() == null ? "" : wanted.name())
                    .put("limit", Integer.toUnsignedLong(wanted.limit()))
                    .put("epoch", wanted.epoch())
                    .put("ref", Integer.toUnsignedLong(wanted.ref()));
            if (wanted.after() != ClientFrames.NEWEST) {
                body.put("after", wanted.after());
            }
        } else {
            line.putObject("future").putArray("x").add(1).addObject().put("y", 2.5);
        }
        try {
            return (MAPPER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static void payload(ObjectNode body, String hex) {
        byte[] bytes = bytes(hex);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (java.util.Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            body.put("text", text);
        } else {
            body.put("base64", Base64.getEncoder().encodeToString(bytes));
        }
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
