/** What applications write against ({@code io.roomcast}) and what bridges implement ({@code io.roomcast.bridge}). */
module io.roomcast {
    requires static transitive org.jspecify;

    exports io.roomcast;
    exports io.roomcast.bridge;
    exports io.roomcast.spi;

    uses io.roomcast.spi.RoomcastProvider;
}
