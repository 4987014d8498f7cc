// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import io.millhand.autoscale.Measurement;
import java.util.Optional;

/**
 * What can be seen at a full second by who decides.
 *
 * @param time seconds since the start
 * @param known whether Redis answers; what is below is not to be looked at where it does not
 * @param measurement what was measured just now; empty between two measurements
 * @param lag entries that were not given to the group yet
 * @param pending entries that were given to a consumer and are not acked, deferred ones included
 * @param oldestWait how long the entry has waited that waits longest, in seconds
 * @param requested how many workers are asked for now
 */
record Sight(
    int time,
    boolean known,
    Optional<Measurement> measurement,
    long lag,
    long pending,
    double oldestWait,
    int requested) {}
