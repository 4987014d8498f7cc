// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.config.Checks;
import io.millhand.config.Durability;
import io.millhand.delivery.EntryId;
import io.millhand.error.MillhandException;
import io.millhand.error.NotDurableException;
import io.millhand.error.RefusedException;
import io.millhand.error.SettingsException;
import io.millhand.error.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether all that its connection wrote so far is durable.
 *
 * @param call what asks; it blocks on the server until enough have confirmed, or the time is over
 * @param within that time
 * @param disks whether the server's own disk must confirm: 0 or 1
 * @param replicas how many replicas must
 */
record Confirmation(Call call, Duration within, int disks, int replicas) {

  /** The one for that durability; empty where nothing is asked. */
  static Optional<Confirmation> of(Durability durability) {
    return switch (durability) {
      case Durability.None none -> Optional.empty();
      case Durability.Replicas asked ->
          Optional.of(
              new Confirmation(
                  Call.of(Verb.WAIT, asked.count(), asked.within().toMillis()),
                  asked.within(),
                  0,
                  asked.count()));
      case Durability.Fsynced asked ->
          Optional.of(
              new Confirmation(
                  Call.of(Verb.WAITAOF, 1, asked.replicas(), asked.within().toMillis()),
                  asked.within(),
                  1,
                  asked.replicas()));
    };
  }

  /**
   * Sees, before anything is added, whether this server can answer, and would answer us.
   *
   * @throws SettingsException when it is too old
   * @throws MillhandException when it refuses
   */
  void tryOn(Wire wire, String stream) {
    var server = wire.server();
    if (disks > 0 && !server.isAtLeast(7, 2)) {
      throw new SettingsException(
          "The producer of " + Checks.quoted(stream),
          List.of(
              "durability fsynced needs WAITAOF, which Redis and Valkey have from 7.2 on; this is %s %s. There use `appendfsync always`, which syncs before it answers, with Durability.none() or replicas(...)"
                  .formatted(server.product(), server.version())));
    }
    // For one millisecond at most, and for nobody: only whether it is allowed and makes sense.
    var trial = disks > 0 ? Call.of(Verb.WAITAOF, disks, 0, 1) : Call.of(Verb.WAIT, 0, 1);
    if (wire.pipeline(List.of(trial)).get(0) instanceof ErrorReply error) {
      throw error(wire, error);
    }
  }

  /**
   * Why an entry that was added is not durable.
   *
   * @param answer the reply to {@link #call}
   * @return empty when enough have confirmed
   */
  Optional<Shortfall> shortfall(@Nullable Object answer, Wire wire) {
    if (answer instanceof ErrorReply error) {
      var cause = error(wire, error);
      return Optional.of(new Shortfall(String.valueOf(cause.getMessage()), cause));
    }
    // WAIT counts replicas; WAITAOF counts the server's own disk, then replicas.
    var isPair = answer instanceof List<?>;
    var onDisk = isPair ? Reply.number(Reply.list(answer).get(0)) : 0;
    var onReplicas = Reply.number(isPair ? Reply.list(answer).get(1) : answer);
    if (onDisk >= disks && onReplicas >= replicas) {
      return Optional.empty();
    }
    return Optional.of(new Shortfall(words(onDisk, onReplicas), null));
  }

  /**
   * What is missing.
   *
   * @param words for people
   * @param cause where Redis would not say
   */
  record Shortfall(String words, @Nullable MillhandException cause) {
    NotDurableException of(String stream, EntryId id) {
      return new NotDurableException(
          "%s: the entry %s was added, but is not durable: %s. It is there, and a failover or a power cut may lose it. Sending it again adds it again, unless under the same key."
              .formatted(stream, id, words),
          List.of(id),
          cause);
    }
  }

  private String words(long onDisk, long onReplicas) {
    var confirmed = "%d of %d replicas confirmed".formatted(onReplicas, replicas);
    var where =
        disks == 0
            ? confirmed
            : "%s the server's own disk, %s"
                .formatted(onDisk >= disks ? "it is on" : "it is not on", confirmed);
    return "%s within %d ms".formatted(where, within.toMillis());
  }

  private MillhandException error(Wire wire, ErrorReply error) {
    if (error.text().contains("replica instances")) {
      // It was demoted: the master is elsewhere, and a new connection may find it.
      return new UnavailableException(
          UnavailableException.Reason.READ_ONLY,
          "Redis refused %s: %s".formatted(call.verb(), error.text()),
          null);
    }
    if (error.text().contains("appendonly is disabled")) {
      return new RefusedException(
          "Redis refused WAITAOF: %s Set `appendonly yes` there, or ask for Durability.replicas(...)."
              .formatted(error.text()),
          null);
    }
    return wire.error(error, call.verb().name());
  }
}
