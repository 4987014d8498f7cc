// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import io.millhand.autoscale.Advice;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Signals as tests want them. */
public final class Sample {

  public static final Instant AT = Instant.parse("2026-11-22T14:00:00.987Z");

  private Sample() {}

  /** Everything is known of it. */
  public static Signal of(String stream, String group) {
    return of(stream, group, new Advice.Need(4, "rate 3 + drain 1"));
  }

  public static Signal of(String stream, String group, Advice advice) {
    return new Signal(
        stream,
        group,
        AT,
        advice,
        3,
        true,
        OptionalLong.of(120),
        17,
        OptionalLong.of(131),
        OptionalDouble.of(7.2501),
        OptionalDouble.of(30),
        OptionalDouble.of(0.85));
  }

  /** Nothing is known of it but that it is there. */
  public static Signal unknown(String stream, String group) {
    return new Signal(
        stream,
        group,
        AT,
        new Advice.Unknown("the lag is not known since an entry was deleted"),
        0,
        true,
        OptionalLong.empty(),
        0,
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  /** Nothing waits there. */
  public static Signal idle(String stream, String group) {
    return new Signal(
        stream,
        group,
        AT,
        new Advice.Need(0, "nothing to do"),
        0,
        false,
        OptionalLong.of(0),
        0,
        OptionalLong.of(0),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }
}
