/**
 * What a run is measured with: counts, gauges and latencies, second by second, in a form that adds up over processes.
 *
 * <p>Latency is told from the <em>planned</em> instant: a generator or a server that stalls delays what comes after the stall, and a
 * clock that starts only at the actual send leaves that out ("coordinated omission", Gil Tene). The time from the actual send is kept apart as service time,
 * and how late the generator itself was is a measure of its own. What never came is a sample too. Percentiles are computed from merged histograms, never merged.
 */
@NullMarked
package io.roomcast.testkit.measure;

import org.jspecify.annotations.NullMarked;
