// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.view;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Fields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/** Which entries are meant, by their fields. A mixin. */
final class WhereOption {

  @Option(
      names = "--where",
      paramLabel = "FIELD=VALUE",
      description = "Only entries with that field and value; again: with all of them.")
  private List<String> pairs = new ArrayList<>();

  boolean isGiven() {
    return !pairs.isEmpty();
  }

  /** True for entries that have all pairs, byte for byte as UTF-8. */
  Predicate<Entry> filter() {
    Predicate<Entry> all = entry -> true;
    for (var pair : pairs) {
      var at = pair.indexOf('=');
      if (at < 1) {
        throw CommandFailure.usage(
            "--where is '%s', but must be field=value".formatted(Escape.text(pair)));
      }
      var name = pair.substring(0, at).getBytes(UTF_8);
      var value = pair.substring(at + 1).getBytes(UTF_8);
      all = all.and(entry -> has(entry.fields(), name, value));
    }
    return all;
  }

  private static boolean has(Fields fields, byte[] name, byte[] value) {
    for (int i = 0; i < fields.count(); i++) {
      if (Arrays.equals(fields.name(i), name) && Arrays.equals(fields.value(i), value)) {
        return true;
      }
    }
    return false;
  }
}
