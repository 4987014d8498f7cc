// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import java.util.Optional;

/** What a child tells its parent: a word and numbers on a line of standard output. */
sealed interface Report {

  /** A worker is registered. */
  record Ready() implements Report {}

  /**
   * What a worker has done so far.
   *
   * @param handled entries handled, confirmed by Redis
   * @param failed attempts that failed
   * @param dead entries given up
   * @param inFlight entries held now
   * @param keeper whether it is the group's keeper
   */
  record Working(long handled, long failed, long dead, int inFlight, boolean keeper)
      implements Report {}

  /** A worker begins an entry that another one left. */
  record TookOver() implements Report {}

  /** A worker has drained. */
  record Stopped() implements Report {}

  /**
   * What the producer has done so far.
   *
   * @param added confirmed by Redis
   * @param uncertain may have been added
   * @param refused were not added
   */
  record Sending(long added, long uncertain, long refused) implements Report {}

  /** The producer sends no more, and every answer is there. */
  record AllSent() implements Report {}

  /** The line that says it. */
  default String line() {
    return switch (this) {
      case Ready ready -> "ready";
      case Working working ->
          "working %d %d %d %d %d"
              .formatted(
                  working.handled(),
                  working.failed(),
                  working.dead(),
                  working.inFlight(),
                  working.keeper() ? 1 : 0);
      case TookOver tookOver -> "tookover";
      case Stopped stopped -> "stopped";
      case Sending sending ->
          "sending %d %d %d".formatted(sending.added(), sending.uncertain(), sending.refused());
      case AllSent allSent -> "allsent";
    };
  }

  /** Reads such a line; empty when it is none. */
  static Optional<Report> parse(String line) {
    var words = line.split(" ", -1);
    try {
      return switch (words[0]) {
        case "ready" -> Optional.of(new Ready());
        case "working" ->
            Optional.of(
                new Working(
                    Long.parseLong(words[1]),
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]),
                    Integer.parseInt(words[4]),
                    words[5].equals("1")));
        case "tookover" -> Optional.of(new TookOver());
        case "stopped" -> Optional.of(new Stopped());
        case "sending" ->
            Optional.of(
                new Sending(
                    Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3])));
        case "allsent" -> Optional.of(new AllSent());
        default -> Optional.empty();
      };
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }
}
