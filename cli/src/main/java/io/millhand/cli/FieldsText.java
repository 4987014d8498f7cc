// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import io.millhand.delivery.Fields;

/** An entry's fields on one line, harmless to a terminal: {@code order_id=7 note="two words"}. */
public final class FieldsText {

  private FieldsText() {}

  /** All of them. */
  public static String line(Fields fields) {
    var line = new StringBuilder();
    for (int i = 0; i < fields.count(); i++) {
      line.append(i == 0 ? "" : " ")
          .append(word(fields.name(i)))
          .append('=')
          .append(word(fields.value(i)));
    }
    return line.toString();
  }

  /** In quotes where its end would not be seen otherwise. */
  private static String word(byte[] bytes) {
    var text = Escape.bytes(bytes);
    var isPlain = !text.isEmpty() && text.chars().noneMatch(c -> c == ' ' || c == '"' || c == '=');
    return isPlain ? text : '"' + text.replace("\"", "\\\"") + '"';
  }
}
