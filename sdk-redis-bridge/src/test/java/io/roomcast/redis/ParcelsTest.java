package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class ParcelsTest {

    private static final byte[] CHANNEL = "rc:{1}:r:room".getBytes();
    private static final Origin ORIGIN = new Origin("node", 77);
    private static final byte[] KEY = "0123456789abcdef".getBytes();
    private static final byte[] OTHER_KEY = "fedcba9876543210".getBytes();

    private final Parcels plain = parcels(List.of(), Parcels.Dialect.CURRENT);
    private final Parcels signed = parcels(List.of(KEY), Parcels.Dialect.CURRENT);

    private static Parcels parcels(List<byte[]> keys, Parcels.Dialect dialect) {
        return new Parcels(new Seal(keys), dialect);
    }

    @Test
    void whatIsWrittenIsRead() throws Refused {
        for (Parcels parcels : List.of(plain, signed)) {
            Parcel.ForRoom room = (Parcel.ForRoom) parcels.open(
                    CHANNEL, parcels.forRoom(CHANNEL, ORIGIN, List.of(new byte[] {1}, new byte[0])));
            assertThat(room.origin()).isEqualTo(ORIGIN);
            assertThat(room.envelopes().sized()).containsExactly(1);
            assertThat(room.envelopes().sized()).isEmpty();
            assertThat(room.envelopes().hasMore()).isFalse();

            Parcel.ForNode node = (Parcel.ForNode) parcels.open(
                    CHANNEL, parcels.forNode(CHANNEL, ORIGIN, List.of(new Parcels.Addressed("größe", new byte[] {2}))));
            assertThat(node.envelopes().text(100)).isEqualTo("größe");
            assertThat(node.envelopes().sized()).containsExactly(2);

            Heartbeat heartbeat = new Heartbeat(ORIGIN, 1L << 40, 3, 16, true);
            assertThat(parcels.open(CHANNEL, parcels.alive(CHANNEL, heartbeat))).isEqualTo(new Parcel.Alive(heartbeat));
            assertThat(parcels.open(CHANNEL, parcels.bye(CHANNEL, ORIGIN, 9))).isEqualTo(new Parcel.Bye(ORIGIN, 9));
            assertThat(parcels.open(CHANNEL, parcels.probe(CHANNEL, 77, 5))).isEqualTo(new Parcel.Probe(77, 5));
        }
    }

    @Test
    void whatTheAppendScriptWritesIsRead() throws Refused {
        ByteSink frames = new ByteSink(10);
        signed.logFrame(frames, Seal.place("room"), new byte[] {4, 5});
        byte[] parcel = new ByteSink(100)
                .add(signed.logHeader())
                .sized("epoch")
                .sized("12")
                .sized("1")
                .add(frames.toBytes())
                .toBytes();
        Parcel.Log log = (Parcel.Log) signed.open(CHANNEL, parcel);
        assertThat(log.epoch()).isEqualTo("epoch");
        assertThat(log.last()).isEqualTo(12);
        byte[] frame = log.frames().sized();
        assertThat(signed.openLogFrame(Seal.place("room"), frame)).containsExactly(4, 5);
        assertRefused(Refused.Why.FORGED, () -> signed.openLogFrame(Seal.place("other"), frame));
        assertRefused(Refused.Why.UNSIGNED, () -> signed.openLogFrame(Seal.place("room"), new byte[] {1, 1, 0, 9}));
        assertThat(plain.openLogFrame(Seal.place("room"), frame)).containsExactly(4, 5);
    }

    @Test
    void oneWhoSignsBelievesOnlyWhatIsSignedWithItsKeysForThisChannel() throws Refused {
        byte[] good = signed.probe(CHANNEL, 1, 2);
        assertRefused(Refused.Why.UNSIGNED, () -> signed.open(CHANNEL, plain.probe(CHANNEL, 1, 2)));
        assertRefused(Refused.Why.FORGED, () -> signed.open("elsewhere".getBytes(), good));
        assertRefused(
                Refused.Why.FORGED,
                () -> signed.open(
                        CHANNEL,
                        parcels(List.of(OTHER_KEY), Parcels.Dialect.CURRENT).probe(CHANNEL, 1, 2)));
        for (int i = 4; i < good.length; i++) {
            byte[] changed = good.clone();
            changed[i] ^= 1;
            assertRefused(Refused.Why.FORGED, () -> signed.open(CHANNEL, changed));
        }
        Parcels both = parcels(List.of(OTHER_KEY, KEY), Parcels.Dialect.CURRENT);
        assertThat(both.open(CHANNEL, good)).as("while keys are exchanged").isInstanceOf(Parcel.Probe.class);
        assertThat(plain.open(CHANNEL, good)).as("by one who does not sign").isInstanceOf(Parcel.Probe.class);
    }

    @Test
    void versionsReadEachOther() throws Refused {
        Parcels newer = parcels(List.of(KEY), new Parcels.Dialect(9, new byte[] {1, 2, 3}));
        assertThat(signed.open(CHANNEL, newer.probe(CHANNEL, 1, 2))).isEqualTo(new Parcel.Probe(1, 2));
        assertThat(newer.open(CHANNEL, signed.probe(CHANNEL, 1, 2))).isEqualTo(new Parcel.Probe(1, 2));
        assertThat(plain.open(CHANNEL, new byte[] {9, 1, 99, 0, 2, 7, 7, 1, 2, 3}))
                .as("a kind that is not known yet")
                .isEqualTo(new Parcel.Unknown());
        byte[] longer = new ByteSink(99)
                .add(plain.bye(CHANNEL, ORIGIN, 9))
                .add(1)
                .add(2)
                .toBytes();
        assertThat(plain.open(CHANNEL, longer))
                .as("a body with more at its end")
                .isEqualTo(new Parcel.Bye(ORIGIN, 9));
        assertRefused(Refused.Why.NEWER, () -> plain.open(CHANNEL, new byte[] {9, 2, 1, 0, 0}));
        assertRefused(Refused.Why.NEWER, () -> plain.openLogFrame(CHANNEL, new byte[] {9, 2, 0, 1}));
    }

    /** Any bytes are read or refused; nothing else happens. */
    @RepeatedTest(20)
    void garbageIsRefused() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 5000; i++) {
            byte[] garbage = new byte[random.nextInt(40)];
            random.nextBytes(garbage);
            if (garbage.length > 3 && random.nextBoolean()) {
                // So that it gets further.
                garbage[0] = 1;
                garbage[1] = 1;
                garbage[2] = (byte) (1 + random.nextInt(7));
                garbage[3] = 0;
            }
            for (Parcels parcels : List.of(plain, signed)) {
                try {
                    Parcel parcel = parcels.open(CHANNEL, garbage);
                    if (parcel instanceof Parcel.ForRoom room) {
                        while (room.envelopes().hasMore()) {
                            room.envelopes().sized();
                        }
                    }
                } catch (Refused refused) {
                    assertThat(refused.why).isNotNull();
                }
                try {
                    parcels.openLogFrame(CHANNEL, garbage);
                } catch (Refused refused) {
                    assertThat(refused.getMessage()).isNotEmpty();
                }
            }
        }
    }

    private interface Reading {
        Object read() throws Refused;
    }

    private static void assertRefused(Refused.Why why, Reading reading) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(reading::read)
                .satisfies(refused -> assertThat(refused.why).isEqualTo(why));
    }
}
