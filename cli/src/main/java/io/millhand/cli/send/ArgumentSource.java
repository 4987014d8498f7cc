// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.delivery.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One entry, from {@code field=value} arguments. */
final class ArgumentSource implements EntrySource {

  private final Fields fields;
  private boolean taken;

  ArgumentSource(List<String> arguments) {
    var pairs = new ArrayList<String>();
    for (var argument : arguments) {
      var equals = argument.indexOf('=');
      if (equals < 1) {
        throw CommandFailure.usage(
            "'%s' is no field: expected name=value".formatted(Escape.text(argument)));
      }
      pairs.add(argument.substring(0, equals));
      pairs.add(argument.substring(equals + 1));
    }
    this.fields = Fields.of(pairs.toArray(String[]::new));
  }

  @Override
  public Optional<Item> next() {
    if (taken) {
      return Optional.empty();
    }
    taken = true;
    return Optional.of(new Item.Good(1, fields));
  }
}
