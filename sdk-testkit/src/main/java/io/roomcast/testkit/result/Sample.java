package io.roomcast.testkit.result;

/**
 * One second of a run. Rates are of that second, percentiles of what ended in it, in nanoseconds from the planned instants; −1 where there was nothing or
 * where it cannot be known.
 *
 * @param second from 0
 * @param phase the number of the phase
 * @param peers connected at its end
 * @param planned messages and requests that were to be sent
 * @param sent messages and requests that were sent
 * @param received messages and replies that arrived
 * @param errors error frames, failed connects, timeouts and lost connections
 * @param p50 of deliveries, or of replies where nothing is delivered
 * @param lag the 99th percentile of how late the generator was
 * @param cpu the share of all cores that the servers' process took, 0 to 1; in one process with the clients: of both
 * @param load the system's load average
 * @param heapBytes used heap of that process
 * @param gcMillis time spent collecting garbage
 * @param outboundBytes what waits in the nodes' queues
 */
public record Sample(
        int second,
        int phase,
        long peers,
        long planned,
        long sent,
        long received,
        long errors,
        long p50,
        long p90,
        long p99,
        long most,
        long lag,
        double cpu,
        double load,
        long heapBytes,
        long gcMillis,
        long outboundBytes) {}
