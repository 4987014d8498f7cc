// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

/** Colours, or none; for text that is ours, or has been escaped. */
public enum Paint {
  /** With colours. */
  COLOURS,
  /** Without. */
  PLAIN;

  /** Bold. */
  public String bold(String text) {
    return painted("1", text);
  }

  /** Less bright. */
  public String dim(String text) {
    return painted("2", text);
  }

  /** Red. */
  public String red(String text) {
    return painted("31", text);
  }

  /** Green. */
  public String green(String text) {
    return painted("32", text);
  }

  /** Yellow. */
  public String yellow(String text) {
    return painted("33", text);
  }

  /** Dark on bright. */
  public String inverse(String text) {
    return painted("7", text);
  }

  private String painted(String code, String text) {
    return this == COLOURS ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
