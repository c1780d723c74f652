package io.roomcast.samples.tracker.stream;

import java.nio.ByteBuffer;

/**
 * One segment of the stream: a head of {@value #HEAD_BYTES} bytes and a few uncompressed frames in YCbCr 4:2:0, each a plane
 * of luma and two of chroma at half the width and height (ITU-R BT.601, full range).
 */
final class Segment {

    static final int WIDTH = 160;
    static final int HEIGHT = 90;
    static final int FRAMES = 4;
    static final int HEAD_BYTES = 16;
    static final int MAGIC = 0x52434631;

    /** The film begins before dawn and ends before the next. */
    private static final double FIRST_HOUR = 0.19;

    private static final int FRAME_BYTES = WIDTH * HEIGHT * 3 / 2;

    private Segment() {}

    /** Returns how many bytes a segment has. */
    static int bytes() {
        return HEAD_BYTES + FRAMES * FRAME_BYTES;
    }

    /** Films a segment. */
    static byte[] film(Film film, int number, int count) {
        ByteBuffer segment = ByteBuffer.allocate(bytes());
        segment.putInt(MAGIC)
                .putShort((short) WIDTH)
                .putShort((short) HEIGHT)
                .putShort((short) FRAMES)
                .putShort((short) number)
                .putInt(count);
        for (int frame = 0; frame < FRAMES; frame++) {
            putFrame(film, FIRST_HOUR + (number * FRAMES + frame) / (double) (count * FRAMES), segment);
        }
        return segment.array();
    }

    /** Four samples a pixel of luma; the chroma of four pixels is their mean. */
    private static void putFrame(Film film, double day, ByteBuffer segment) {
        byte[] luma = new byte[WIDTH * HEIGHT];
        double[] blue = new double[WIDTH * HEIGHT / 4];
        double[] red = new double[WIDTH * HEIGHT / 4];
        double[] sample = new double[3];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                double r = 0;
                double g = 0;
                double b = 0;
                for (int corner = 0; corner < 4; corner++) {
                    double u = (x + 0.25 + 0.5 * (corner & 1)) / WIDTH;
                    double v = (y + 0.25 + 0.5 * (corner >> 1)) / HEIGHT;
                    film.colour(u, v, day, sample);
                    r += sample[0] / 4;
                    g += sample[1] / 4;
                    b += sample[2] / 4;
                }
                double bright = 0.299 * r + 0.587 * g + 0.114 * b;
                luma[y * WIDTH + x] = toByte(bright);
                int quarter = y / 2 * (WIDTH / 2) + x / 2;
                blue[quarter] += (0.5 + 0.564 * (b - bright)) / 4;
                red[quarter] += (0.5 + 0.713 * (r - bright)) / 4;
            }
        }
        segment.put(luma);
        for (double value : blue) {
            segment.put(toByte(value));
        }
        for (double value : red) {
            segment.put(toByte(value));
        }
    }

    private static byte toByte(double value) {
        return (byte) StrictMath.max(0, StrictMath.min(255, StrictMath.round(value * 255)));
    }
}
