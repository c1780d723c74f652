package io.roomcast.redis;

/**
 * Who wrote something.
 *
 * @param nodeId the node's id
 * @param boot chosen by dice when its bridge was made: tells a node from another one of the same id
 */
record Origin(String nodeId, long boot) {

    static final int MAX_ID_BYTES = 128;
}
