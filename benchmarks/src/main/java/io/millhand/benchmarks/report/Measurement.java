// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.report;

/**
 * One measurement.
 *
 * @param part of the benchmarks
 * @param work what was done in it, such as {@code 10 ms}
 * @param contender who did it
 * @param round from 1
 * @param figures what came out
 */
public record Measurement(String part, String work, String contender, int round, Figures figures) {}
