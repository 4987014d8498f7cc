// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How large the fleet was, a bar for every other second.
 *
 * <p>Threads: the parent's loop alone.
 */
final class FleetSizes {

  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final int SHOWN = 50;
  private static final String BARS = " ▁▂▃▄▅▆▇█";

  private final List<Long> sizes = new ArrayList<>();
  private Duration next = Duration.ZERO;

  /** It is so large now. */
  void learn(Duration at, long size) {
    if (at.compareTo(next) >= 0) {
      sizes.add(size);
      next = at.plus(EVERY);
    }
  }

  /** The newest on the right. */
  String picture() {
    var most = sizes.stream().mapToLong(size -> size).max().orElse(0);
    var text = new StringBuilder();
    for (var size : sizes.subList(Math.max(0, sizes.size() - SHOWN), sizes.size())) {
      text.append(BARS.charAt(most == 0 ? 0 : (int) Math.ceilDiv(size * 8, most)));
    }
    return text.toString();
  }
}
