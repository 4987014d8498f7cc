// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

/** Labels as serve makes them. */
public final class LabelOf {

  private LabelOf() {}

  /** That of a stream or group. */
  public static String name(String name) {
    return GroupLabels.value(name);
  }
}
