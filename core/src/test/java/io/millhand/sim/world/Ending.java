// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

import java.util.List;
import java.util.Map;

/**
 * How a story ended.
 *
 * @param about what it was about
 * @param violations what must not be; empty when all is well
 * @param figures counts, by name
 * @param trace what happened, where that was written down
 * @param hash tells runs apart
 */
public record Ending(
    String about,
    List<String> violations,
    Map<String, Long> figures,
    List<String> trace,
    long hash) {}
