/**
 * What joins the nodes of a cluster. Applications choose a {@link io.roomcast.bridge.Bridge} and hand it to the builder;
 * whoever writes a new one implements it.
 */
@NullMarked
package io.roomcast.bridge;

import org.jspecify.annotations.NullMarked;
