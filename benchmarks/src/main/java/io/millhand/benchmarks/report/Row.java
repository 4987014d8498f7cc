// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.report;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * A line of a table: what one contender's rounds gave for one piece of work.
 *
 * @param part of the benchmarks
 * @param work what was done in it
 * @param contender who did it
 * @param stats by metric
 * @param ofLimit its median rate as a share of the limit's, where both were measured
 */
public record Row(
    String part, String work, String contender, Map<Metric, Stat> stats, OptionalDouble ofLimit) {}
