// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import io.millhand.error.NoGroupException;
import io.millhand.inspect.Inspector;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Some streams, or all of the database. A mixin. */
public final class StreamsArgument {

  @Parameters(
      paramLabel = "STREAM",
      arity = "0..*",
      description = "Only these streams. Default: all in the database.")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--stream",
      paramLabel = "KEY",
      description = "The same as STREAM; again for more.")
  private List<String> flags = new ArrayList<>();

  /** Made for picocli. */
  public StreamsArgument() {}

  /** Those that are named, each once; none where all are meant. */
  public List<String> named() {
    return Stream.concat(words.stream(), flags.stream()).distinct().toList();
  }

  /**
   * Those that are meant.
   *
   * @throws NoGroupException when one that is named does not exist
   */
  public List<String> keys(Inspector inspector) {
    var named = named();
    if (named.isEmpty()) {
      return inspector.streams();
    }
    for (var stream : named) {
      if (inspector.stream(stream).isEmpty()) {
        throw new NoGroupException("there is no stream " + stream, null);
      }
    }
    return named;
  }
}
