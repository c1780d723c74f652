package io.roomcast.runtime.session;

import io.roomcast.Authenticator;
import io.roomcast.Limits;
import io.roomcast.runtime.environment.Environment;

/**
 * What every session of a node shares.
 *
 * @param nodeId told in the welcome; its first characters begin every peer id
 */
public record SessionSettings(String nodeId, Limits limits, Authenticator authenticator, Environment environment) {}
