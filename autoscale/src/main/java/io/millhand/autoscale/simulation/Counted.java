// SPDX-License-Identifier: Apache-2.0
package io.millhand.autoscale.simulation;

import io.millhand.autoscale.simulation.HorizontalAutoscaler.Reading;
import java.util.function.ToLongFunction;

/** A count of entries, as it is. */
final class Counted implements ByHpa.Signal {

  private final String what;
  private final ToLongFunction<Sight> count;
  private long last;

  /**
   * A count.
   *
   * @param what what is counted, in words
   * @param count how many there are
   */
  Counted(String what, ToLongFunction<Sight> count) {
    this.what = what;
    this.count = count;
  }

  @Override
  public Reading read(Sight sight) {
    if (!sight.known()) {
      return new Reading.Failed();
    }
    last = count.applyAsLong(sight);
    return Reading.Value.of(last);
  }

  @Override
  public String reason() {
    return what + " " + last;
  }
}
