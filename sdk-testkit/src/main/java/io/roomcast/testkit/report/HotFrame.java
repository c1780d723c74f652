package io.roomcast.testkit.report;

/**
 * A method in which a process spent its time.
 *
 * @param name class and method
 * @param share of all samples, 0 to 1
 */
public record HotFrame(String name, double share) {}
