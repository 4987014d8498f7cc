// SPDX-License-Identifier: Apache-2.0
package io.millhand.partition;

import io.millhand.error.RefusedException;
import io.millhand.redis.PartitionCommands;
import io.millhand.redis.RedisStreams;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes partitions, and makes them more. A new generation is announced, each partition of the one
 * before is sealed by Redis itself, and only then do entries go to the new one: so of each key all
 * entries of the old generation come before those of the new one, whoever sends them.
 *
 * <p>Threads: any; each call opens connections of its own.
 *
 * <p>Failure: what broke off can be called again; it goes on where it was. A worker that finds a
 * growth unfinished finishes it.
 */
public final class Growth {

  private final RedisStreams streams;
  private final String stream;

  /** For that stream. */
  public Growth(RedisStreams streams, String stream) {
    this.streams = streams;
    this.stream = stream;
  }

  /** The catalogue; empty where there is none. */
  public Optional<Catalogue> read() {
    return Catalogue.parse(stream, ask(stream, PartitionCommands::catalogue));
  }

  /** The catalogue. */
  public Catalogue readExisting() {
    return read()
        .orElseThrow(
            () ->
                new RefusedException(
                    "%s: it is not partitioned. Make its partitions first: Partitions.create."
                        .formatted(stream)));
  }

  /** Makes the catalogue; it may be there already, and the same. */
  public Catalogue create(int count, Optional<String> field) {
    var catalogue =
        Catalogue.parse(stream, ask(stream, on -> on.create(count, field.orElse(""))))
            .orElseThrow(() -> new IllegalStateException("it has just been made"));
    if (catalogue.counts().get(0) != count || !catalogue.field().equals(field)) {
      throw new RefusedException(
          "%s: it has been partitioned already, into %d by %s; nothing was changed. More partitions come by grow; the field stays what it is."
              .formatted(
                  stream,
                  catalogue.counts().get(0),
                  catalogue.field().map("the field "::concat).orElse("turns")));
    }
    return catalogue;
  }

  /** Grows to so many; nothing is done where there are as many already. */
  public Catalogue grow(int count) {
    var catalogue = readExisting();
    if (catalogue.next().isPresent()) {
      catalogue = finish(catalogue);
    }
    if (count == catalogue.count()) {
      return catalogue;
    }
    if (count < catalogue.count()) {
      throw new RefusedException(
          "%s: it has %d partitions, and cannot have fewer (%d); nothing was changed."
              .formatted(stream, catalogue.count(), count));
    }
    var known = catalogue.generation();
    var announced = parsed(ask(stream, on -> on.announce(known, count)));
    var grown = finish(announced);
    // Where somebody else announced another number first, ours comes after that.
    return grown.count() == count ? grown : grow(count);
  }

  /** Goes on with what has been announced: seals what was, and opens what will be. */
  public Catalogue finish(Catalogue announced) {
    if (announced.next().isEmpty()) {
      return announced;
    }
    for (var partition : announced.current()) {
      ask(
          partition.stream(stream),
          on -> {
            on.seal();
            return stream;
          });
    }
    return parsed(ask(stream, on -> on.grown(announced.generation() + 1)));
  }

  private Catalogue parsed(Map<String, String> hash) {
    return Catalogue.parse(stream, hash)
        .orElseThrow(
            () ->
                new RefusedException(
                    "%s: its catalogue of partitions is gone while it grows. Redis lost data, or somebody deleted it."
                        .formatted(stream)));
  }

  private <T> T ask(String of, Function<PartitionCommands, T> question) {
    try (var commands = streams.partitioning(of)) {
      return question.apply(commands);
    }
  }
}
