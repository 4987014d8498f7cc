// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.model;

import java.util.LinkedHashMap;

/** A hash. */
record HashValue(LinkedHashMap<String, String> fields) {

  HashValue() {
    this(new LinkedHashMap<>());
  }

  HashValue copy() {
    return new HashValue(new LinkedHashMap<>(fields));
  }
}
