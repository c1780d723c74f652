/** What a run counted, measured and found wrong. */
@NullMarked
package io.roomcast.testkit.result;

import org.jspecify.annotations.NullMarked;
