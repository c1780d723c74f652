/**
 * Tests that need a tool which a machine may lack. Such a test is disabled there, says what to install, and leaves a line in
 * {@code target/not-run.txt}. With the system property {@code roomcast.requireAll=true} or the environment variable
 * {@code ROOMCAST_REQUIRE_ALL=1} it fails instead.
 */
package io.roomcast.it.requirement;
