// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import io.millhand.autoscale.Advice;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a scaler of any kind can be told of a group. What is not known is empty, never 0.
 *
 * @param stream its stream
 * @param group its name
 * @param at when it was measured, by the server's clock
 * @param advice how many workers it needs
 * @param ready workers that are there
 * @param hasWork whether anything is unread, pending, deferred or due: then nobody may scale to 0
 * @param lag entries that the group has not been given
 * @param pending entries given to a consumer and not settled, deferred ones not counted
 * @param backlog entries that no live worker has in hand
 * @param oldestSeconds how long the oldest of the backlog has waited
 * @param drainSeconds how long until nothing waits, if it goes on like this
 * @param utilisation which part of the workers' handlers are busy, 0 to 1
 */
public record Signal(
    String stream,
    String group,
    Instant at,
    Advice advice,
    int ready,
    boolean hasWork,
    OptionalLong lag,
    long pending,
    OptionalLong backlog,
    OptionalDouble oldestSeconds,
    OptionalDouble drainSeconds,
    OptionalDouble utilisation) {}
