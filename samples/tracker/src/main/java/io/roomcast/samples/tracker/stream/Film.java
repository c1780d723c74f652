package io.roomcast.samples.tracker.stream;

/**
 * A synthetic film: one day at a lake between mountains, from night to night. A pure function of place and time, with
 * {@link StrictMath} only, so every build on every machine makes the same film.
 */
final class Film {

    private static final double TAU = 2 * StrictMath.PI;
    private static final double SHORE = 0.64;

    /** The sky over the day: when, colour at the zenith, colour at the horizon, light on the land. */
    private static final double[][] SKY = {
        {0.00, 0.03, 0.04, 0.12, 0.07, 0.10, 0.22, 0.10},
        {0.16, 0.06, 0.07, 0.20, 0.22, 0.16, 0.30, 0.16},
        {0.23, 0.20, 0.24, 0.45, 0.96, 0.56, 0.42, 0.50},
        {0.30, 0.36, 0.55, 0.80, 0.99, 0.84, 0.66, 0.82},
        {0.45, 0.24, 0.52, 0.86, 0.72, 0.87, 0.96, 1.00},
        {0.62, 0.26, 0.50, 0.82, 0.80, 0.88, 0.92, 0.98},
        {0.73, 0.34, 0.36, 0.62, 1.00, 0.66, 0.36, 0.72},
        {0.79, 0.22, 0.16, 0.40, 0.90, 0.36, 0.30, 0.42},
        {0.87, 0.07, 0.07, 0.22, 0.26, 0.16, 0.34, 0.18},
        {1.00, 0.03, 0.04, 0.12, 0.07, 0.10, 0.22, 0.10},
    };

    /** Columns of the table behind the time. */
    private static final int ZENITH = 0;

    private static final int HORIZON = 3;
    private static final int LIGHT = 6;

    private static final double[] SUN = {1.00, 0.93, 0.74};
    private static final double[] MOON = {0.90, 0.93, 1.00};

    private static final int RIDGES = 4;
    private static final double[] RIDGE_HEIGHTS = {0.52, 0.33, 0.20, 0.085};
    private static final double[][] RIDGE_COLOURS = {
        {0.50, 0.56, 0.70}, {0.36, 0.44, 0.54}, {0.22, 0.33, 0.36}, {0.10, 0.20, 0.19},
    };

    private final double aspect;

    /** @param aspect width over height */
    Film(double aspect) {
        this.aspect = aspect;
    }

    /**
     * Writes the colour of a point.
     *
     * @param u from 0 at the left to 1 at the right
     * @param v from 0 at the top to 1 at the bottom
     * @param day 0 at midnight, 1 at the next, and so on
     * @param rgb gets red, green and blue, 0 to 1
     */
    void colour(double u, double v, double day, double[] rgb) {
        if (v <= SHORE) {
            land(u, v, day, rgb);
            return;
        }
        double depth = (v - SHORE) / (1 - SHORE);
        double wave = StrictMath.sin(depth * 60 / (0.35 + depth) - day * 110)
                + 0.6 * StrictMath.sin(u * 23 + depth * 41 + day * 80);
        land(u + 0.004 * wave * (0.3 + depth), SHORE - (v - SHORE) * 1.55 + 0.006 * wave * (0.2 + depth), day, rgb);
        double light = at(day, LIGHT);
        double dim = 0.84 - 0.30 * depth + 0.035 * wave * (1 - depth);
        rgb[0] = rgb[0] * dim * 0.90;
        rgb[1] = rgb[1] * dim + 0.012 * light;
        rgb[2] = rgb[2] * dim + 0.045 * light;
    }

    private void land(double u, double v, double day, double[] rgb) {
        double light = at(day, LIGHT);
        sky(u, v, day, rgb);
        for (int ridge = 0; ridge < RIDGES; ridge++) {
            double pan = u * aspect + day * (0.25 + 0.35 * ridge);
            double top = SHORE - 0.02 - height(ridge, pan);
            if (v < top) {
                continue;
            }
            double haze = (RIDGES - 1 - ridge) * 0.20;
            double slope = height(ridge, pan + 0.012) - height(ridge, pan - 0.012);
            double sunSide = StrictMath.cos(TAU * day);
            double shade = 1 + 9 * slope * sunSide + 0.05 * noise(97 + ridge, pan * 46 + v * 90);
            boolean snow = ridge == 0 && v < top + 0.055 + 0.05 * noise(211, pan * 18);
            for (int i = 0; i < 3; i++) {
                double base = snow ? 0.92 : RIDGE_COLOURS[ridge][i];
                double own = clamp(base * shade) * (0.16 + 0.84 * light);
                rgb[i] = own * (1 - haze) + at(day, HORIZON + i) * haze;
            }
        }
    }

    private void sky(double u, double v, double day, double[] rgb) {
        double down = clamp(v / SHORE);
        double fall = down * down * (0.4 + 0.6 * down);
        double light = at(day, LIGHT);
        for (int i = 0; i < 3; i++) {
            rgb[i] = at(day, ZENITH + i) * (1 - fall) + at(day, HORIZON + i) * fall;
        }
        stars(u, v, light, rgb);
        double sunAngle = TAU * (day - 0.25);
        disc(
                u,
                v,
                0.5 - 0.40 * StrictMath.cos(sunAngle),
                0.70 - 0.56 * StrictMath.sin(sunAngle),
                0.045,
                0.55,
                SUN,
                rgb);
        double moonAngle = TAU * (day + 0.21);
        disc(
                u,
                v,
                0.5 - 0.36 * StrictMath.cos(moonAngle),
                0.74 - 0.52 * StrictMath.sin(moonAngle),
                0.030,
                0.25,
                MOON,
                rgb);
        double drift = u * aspect * 1.6 + day * 3;
        double cloud = 0.6 * noise2(31, drift, v * 9) + 0.4 * noise2(32, drift * 2.3, v * 21);
        double cover = clamp((cloud - 0.10) * 1.9) * clamp(1.15 - 1.5 * StrictMath.abs(v - 0.26) / 0.30);
        for (int i = 0; i < 3; i++) {
            double lit = clamp(0.55 * at(day, HORIZON + i) + 0.45 * light);
            rgb[i] = rgb[i] * (1 - 0.75 * cover) + lit * 0.75 * cover;
        }
    }

    private void disc(
            double u, double v, double atU, double atV, double radius, double shine, double[] colour, double[] rgb) {
        double distance = StrictMath.hypot((u - atU) * aspect, v - atV);
        double body = clamp((radius - distance) * 90);
        double glow = shine * StrictMath.exp(-distance / (radius * 2.6));
        double strength = clamp(body + glow) * clamp((0.80 - atV) * 8);
        for (int i = 0; i < 3; i++) {
            rgb[i] = rgb[i] * (1 - strength) + colour[i] * strength;
        }
    }

    private void stars(double u, double v, double light, double[] rgb) {
        double column = StrictMath.floor(u * aspect * 30);
        double row = StrictMath.floor(v * 30);
        double chance = hash((int) (column * 131 + row * 7919));
        if (chance < 0.93) {
            return;
        }
        double du = u * aspect * 30 - column - 0.25 - 0.5 * hash((int) (column * 17 + row * 101));
        double dv = v * 30 - row - 0.25 - 0.5 * hash((int) (column * 59 + row * 23));
        double shine = clamp(1 - 12 * (du * du + dv * dv)) * clamp((0.30 - light) * 5) * (chance - 0.91) * 9;
        for (int i = 0; i < 3; i++) {
            rgb[i] = clamp(rgb[i] + shine);
        }
    }

    private static double height(int ridge, double x) {
        double scale = 1.5 + 0.9 * ridge;
        double sum = 0;
        double weight = 0.5;
        for (int octave = 0; octave < 5; octave++) {
            double bump = noise(ridge * 17 + octave, x * scale);
            sum += weight * (ridge < 2 ? 1 - StrictMath.abs(bump) * 1.7 : 0.5 + bump);
            weight *= 0.47;
            scale *= 2.1;
        }
        return StrictMath.max(0, RIDGE_HEIGHTS[ridge] * sum);
    }

    /** Interpolates a column of the table of skies. */
    private static double at(double time, int column) {
        double day = time - StrictMath.floor(time);
        int row = 1;
        while (row < SKY.length - 1 && SKY[row][0] < day) {
            row++;
        }
        double[] before = SKY[row - 1];
        double[] after = SKY[row];
        double part = smooth(clamp((day - before[0]) / (after[0] - before[0])));
        return before[column + 1] * (1 - part) + after[column + 1] * part;
    }

    /** Value noise on a line, -0.5 to 0.5. */
    private static double noise(int seed, double x) {
        double floor = StrictMath.floor(x);
        double part = smooth(x - floor);
        return corner(seed, (int) floor) * (1 - part) + corner(seed, (int) floor + 1) * part;
    }

    /** Value noise on a plane, -0.5 to 0.5. */
    private static double noise2(int seed, double x, double y) {
        double floor = StrictMath.floor(y);
        double part = smooth(y - floor);
        return noise(seed + 613 * (int) floor, x) * (1 - part) + noise(seed + 613 * ((int) floor + 1), x) * part;
    }

    private static double corner(int seed, int x) {
        return hash(seed * 0x9E3779B9 + x * 0x85EBCA6B) - 0.5;
    }

    private static double hash(int value) {
        int mixed = value ^ (value >>> 16);
        mixed *= 0x7FEB352D;
        mixed ^= mixed >>> 15;
        mixed *= 0x846CA68B;
        mixed ^= mixed >>> 16;
        return (mixed >>> 8) / (double) (1 << 24);
    }

    private static double smooth(double part) {
        return part * part * (3 - 2 * part);
    }

    private static double clamp(double value) {
        return value < 0 ? 0 : value > 1 ? 1 : value;
    }
}
