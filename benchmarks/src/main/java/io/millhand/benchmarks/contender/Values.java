// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

/** An entry's fields, as whoever handles it sees them. */
@FunctionalInterface
public interface Values {

  /** The field of that name. */
  String text(String name);
}
