/**
 * What a run on real sockets is measured with: counts, gauges and times, second by second, in a form that adds up over processes.
 *
 * <p>Times are told from the <em>planned</em> instant: a generator or a server that stalls delays what comes after the stall, and a clock that starts only at
 * the actual send leaves that out ("coordinated omission", Gil Tene). The time from the actual send is kept apart as service time, and how late the
 * generator itself was is a metric of its own. What never came is a sample too. Percentiles are computed from merged histograms, never merged.
 */
@NullMarked
package io.roomcast.testkit.measure;

import org.jspecify.annotations.NullMarked;
