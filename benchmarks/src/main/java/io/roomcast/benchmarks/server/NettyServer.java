package io.roomcast.benchmarks.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Netty at its best: the native epoll transport where there is one; the frame encoded once, so that every peer is handed the
 * same bytes; and peers flushed once for all that a read of the sender has brought, not for each message.
 */
final class NettyServer implements ServerUnderTest {

    private static final int LARGEST_REQUEST = 16 * 1024;

    private final Map<String, Set<Channel>> rooms = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private @Nullable EventLoopGroup loops;

    @Override
    public int start(int ioThreads) {
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        Class<? extends ServerChannel> channel = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        System.err.println("netty transport: " + channel.getSimpleName());
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(ioThreads, io);
        loops = group;
        Channel listening = new ServerBootstrap()
                .group(group)
                .channel(channel)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel accepted) {
                        accepted.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(LARGEST_REQUEST),
                                        new WebSocketServerProtocolHandler(WebSocketServerProtocolConfig.newBuilder()
                                                .websocketPath("/")
                                                .checkStartsWith(true)
                                                .build()),
                                        new Member());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** One connection, on its event loop. */
    private final class Member extends SimpleChannelInboundHandler<BinaryWebSocketFrame> {

        private RoomKind kind = RoomKind.ECHO;
        private Set<Channel> room = Set.of();
        private boolean joined;
        private boolean spoken;

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event instanceof HandshakeComplete handshake) {
                kind = RoomKind.of(handshake.requestUri());
                room = rooms.computeIfAbsent(handshake.requestUri(), name -> ConcurrentHashMap.newKeySet());
                room.add(context.channel());
                joined = true;
                connections.incrementAndGet();
            }
            super.userEventTriggered(context, event);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, BinaryWebSocketFrame message) {
            ByteBuf frame = encode(context, message.content());
            spoken = true;
            if (kind == RoomKind.ECHO) {
                context.write(frame);
                return;
            }
            for (Channel peer : room) {
                if (kind == RoomKind.REPEAT || peer != context.channel()) {
                    peer.write(frame.retainedDuplicate(), peer.voidPromise());
                }
            }
            frame.release();
        }

        /** A server's frame is not masked, so it is the same for all. */
        private static ByteBuf encode(ChannelHandlerContext context, ByteBuf payload) {
            int length = payload.readableBytes();
            ByteBuf frame = context.alloc().directBuffer(length + 10);
            frame.writeByte(0x82);
            if (length < 126) {
                frame.writeByte(length);
            } else if (length < 65_536) {
                frame.writeByte(126).writeShort(length);
            } else {
                frame.writeByte(127).writeLong(length);
            }
            return frame.writeBytes(payload, payload.readerIndex(), length);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (spoken) {
                spoken = false;
                if (kind == RoomKind.ECHO) {
                    context.flush();
                } else {
                    room.forEach(Channel::flush);
                }
            }
            context.fireChannelReadComplete();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (joined) {
                joined = false;
                room.remove(context.channel());
                connections.decrementAndGet();
            }
            context.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            System.err.println("netty: " + cause);
            context.close();
        }
    }

    @Override
    public int connections() {
        return connections.get();
    }

    @Override
    public void close() {
        if (loops != null) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }
}
