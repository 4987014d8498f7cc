// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.part;

import io.millhand.benchmarks.lab.Session;
import java.util.Arrays;
import java.util.Optional;

/** What can be measured, in the order in which it is. */
public enum Part {
  /** See {@link Drain}. */
  DRAIN("handlers that do nothing drain a stream", Drain::run);

  private final String what;
  private final Body body;

  @FunctionalInterface
  private interface Body {
    void run(Session session) throws Exception;
  }

  Part(String what, Body body) {
    this.what = what;
    this.body = body;
  }

  /** The one of that name. */
  public static Optional<Part> of(String name) {
    return Arrays.stream(values()).filter(each -> each.title().equals(name)).findFirst();
  }

  /** Its name on the command line. */
  public String title() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** What it is, in one line. */
  public String what() {
    return what;
  }

  /** Measures it. */
  public void run(Session session) throws Exception {
    body.run(session);
  }
}
