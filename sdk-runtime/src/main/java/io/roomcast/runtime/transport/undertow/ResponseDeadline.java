package io.roomcast.runtime.transport.undertow;

import io.undertow.server.HttpServerExchange;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/** Cuts HTTP clients that do not take their response: Undertow's own timeouts only cover the request. */
final class ResponseDeadline {

    private static final int SECONDS = 120;

    private ResponseDeadline() {}

    /** Gives the exchange its time, counted from now. */
    static void set(HttpServerExchange exchange) {
        try {
            XnioExecutor.Key key = exchange.getIoThread()
                    .executeAfter(() -> IoUtils.safeClose(exchange.getConnection()), SECONDS, TimeUnit.SECONDS);
            exchange.addExchangeCompleteListener((done, next) -> {
                key.remove();
                next.proceed();
            });
            exchange.getConnection().addCloseListener(gone -> key.remove());
        } catch (RejectedExecutionException e) {
            IoUtils.safeClose(exchange.getConnection());
        }
    }
}
