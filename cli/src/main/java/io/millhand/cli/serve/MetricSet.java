// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import java.util.List;

/**
 * Metrics that belong together: what they are, and how they are read off what was seen. A new kind
 * of metric is a new set, named in {@link Metrics}.
 */
interface MetricSet {

  /** What they are, in the order in which they are shown. */
  List<Metric> metrics();

  /** Puts their values on the sheet; adds none where a value is not known. */
  void fill(Sheet sheet, Seen seen);
}
