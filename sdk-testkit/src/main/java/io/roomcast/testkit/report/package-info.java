/**
 * What a run came to, for people and for programs: one HTML file that needs nothing else, JSON, and the XML of JUnit. Works on the result of any driver.
 */
@NullMarked
package io.roomcast.testkit.report;

import org.jspecify.annotations.NullMarked;
