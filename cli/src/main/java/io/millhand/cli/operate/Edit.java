// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.delivery.Fields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Sets fields: every field of that name gets that value, one that is missing is added at the end.
 *
 * @param values by name
 */
record Edit(Map<String, String> values) implements UnaryOperator<Fields> {

  @Override
  public Fields apply(Fields fields) {
    var pairs = new ArrayList<>(fields.pairs());
    values.forEach((name, value) -> set(pairs, name.getBytes(UTF_8), value.getBytes(UTF_8)));
    return Fields.ofPairs(pairs.toArray(byte[][]::new));
  }

  private static void set(ArrayList<byte[]> pairs, byte[] name, byte[] value) {
    var found = false;
    for (int i = 0; i < pairs.size(); i += 2) {
      if (Arrays.equals(pairs.get(i), name)) {
        pairs.set(i + 1, value);
        found = true;
      }
    }
    if (!found) {
      pairs.add(name);
      pairs.add(value);
    }
  }
}
