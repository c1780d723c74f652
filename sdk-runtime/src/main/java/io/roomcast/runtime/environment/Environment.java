package io.roomcast.runtime.environment;

import java.util.concurrent.Executor;

/**
 * The world of one node.
 *
 * @param clock the time
 * @param ids makes the ids of the node and its peers
 * @param handlers runs the callbacks of blocking room handlers; several at a time if it likes
 * @param telemetry counts what happens and tells the application's listeners
 */
public record Environment(Clock clock, IdSource ids, Executor handlers, Telemetry telemetry) {}
