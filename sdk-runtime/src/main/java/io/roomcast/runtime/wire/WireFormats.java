package io.roomcast.runtime.wire;

import java.util.List;
import java.util.Optional;

/** The formats that this version speaks. */
public final class WireFormats {

    private static final List<WireFormat> BY_PREFERENCE = List.of(new ProtobufFormat(), new JsonFormat());
    private static final List<String> SUBPROTOCOLS =
            BY_PREFERENCE.stream().map(WireFormat::subprotocol).toList();

    private WireFormats() {}

    /** Returns all formats. Of several that a client offers, the one that comes first here is chosen. */
    public static List<WireFormat> byPreference() {
        return BY_PREFERENCE;
    }

    /** Returns the names of all formats, in the order of {@link #byPreference()}. */
    public static List<String> subprotocols() {
        return SUBPROTOCOLS;
    }

    /** Returns the format of a subprotocol, empty if this version does not speak it. */
    public static Optional<WireFormat> of(String subprotocol) {
        for (WireFormat format : BY_PREFERENCE) {
            if (format.subprotocol().equals(subprotocol)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }
}
