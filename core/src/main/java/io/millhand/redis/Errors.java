// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.error.DeniedException;
import io.millhand.error.MillhandException;
import io.millhand.error.NoGroupException;
import io.millhand.error.RefusedException;
import io.millhand.error.StreamSealedException;
import io.millhand.error.UnavailableException;
import io.millhand.error.UnavailableException.Reason;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the socket or the server reports into our few kinds of error, by the reply's error
 * code.
 */
final class Errors {

  /** Codes that a 6.2 server hides behind "ERR Error running script" when a script met them. */
  private static final List<String> SCRIPT_CODES =
      List.of("NOGROUP", "WRONGTYPE", "OOM", "READONLY", "MISCONF", "NOREPLICAS", "NOPERM");

  /** What a script is told, and so are we, when its user may not do what it does. */
  private static final List<String> DENIED_IN_SCRIPT =
      List.of("The user executing the script can't ", "ACL failure in script");

  private Errors() {}

  /** The first word of an error reply, or the one that stands behind it. */
  static String code(String reply) {
    var space = reply.indexOf(' ');
    var code = space < 0 ? reply : reply.substring(0, space);
    if (code.equals("ERR") && DENIED_IN_SCRIPT.stream().anyMatch(reply::contains)) {
      return "NOPERM";
    }
    if (code.equals("UNBLOCKED") && reply.contains("no longer exists")) {
      return "NOGROUP";
    }
    if (code.equals("ERR") && reply.startsWith("ERR Error running script")) {
      for (var hidden : SCRIPT_CODES) {
        if (reply.contains(hidden + " ")) {
          return hidden;
        }
      }
      return reply.contains("can't write against a read only replica") ? "READONLY" : code;
    }
    return code;
  }

  /** The error for an error reply to that command. */
  static MillhandException ofReply(String reply, String command, String where) {
    var text = "%s: Redis refused %s: %s".formatted(where, command, reply);
    return switch (code(reply)) {
      case "NOGROUP" -> new NoGroupException(text + ". The stream or the group is gone.", null);
      case "NOAUTH" ->
          new DeniedException(
              text
                  + ". Give a password, in a file or by the environment rather than on a command line.",
              null);
      case "WRONGPASS" -> new DeniedException(text + ". Check user and password.", null);
      case "NOPERM" ->
          new DeniedException(
              text + ". Give the user this permission; docs/protocol.md lists all that is needed.",
              null);
      case "WRONGTYPE" ->
          new RefusedException(
              text
                  + ". A key of ours is of another type; docs/protocol.md lists them. Rename or remove it.");
      default -> {
        if (reply.contains("has exhausted the last possible ID")) {
          yield new StreamSealedException(
              text
                  + ". The stream is sealed: it was replaced when its partitioned stream grew. Send by Partitions.producer, which follows.",
              null);
        }
        yield unavailable(reply)
            .<MillhandException>map(
                reason -> new UnavailableException(reason, text + advice(reason), null))
            .orElseGet(() -> new RefusedException(text));
      }
    };
  }

  /** The key is at another node of a Cluster, and we were told to go to this one alone. */
  static MillhandException notFollowed(String reply, String command, String where) {
    return new RefusedException(
        "%s: Redis refused %s: %s. It is a node of a Cluster: give an address that begins with redis-cluster:// (or rediss-cluster://), which follows."
            .formatted(where, command, reply));
  }

  /** Whether such a reply is an outage: it passes, and everything on that server meets it. */
  static Optional<Reason> unavailable(String reply) {
    return switch (code(reply)) {
      // Besides a key that went away, which is told as NOGROUP by code(): its node became a
      // replica.
      case "UNBLOCKED" -> Optional.of(Reason.READ_ONLY);
      case "LOADING" -> Optional.of(Reason.LOADING);
      case "BUSY" -> Optional.of(Reason.BUSY);
      case "READONLY", "MASTERDOWN" -> Optional.of(Reason.READ_ONLY);
      case "OOM" -> Optional.of(Reason.OUT_OF_MEMORY);
      case "MISCONF" -> Optional.of(Reason.DISK);
      case "NOREPLICAS" -> Optional.of(Reason.NO_REPLICAS);
      case "CLUSTERDOWN", "MOVED", "ASK", "TRYAGAIN" -> Optional.of(Reason.CLUSTER);
      default ->
          reply.startsWith("ERR max number of clients")
              ? Optional.of(Reason.TOO_MANY_CLIENTS)
              : Optional.empty();
    };
  }

  static UnavailableException lost(String where, String command, Throwable cause) {
    var how =
        hasTimedOut(cause)
            ? "no reply to %s in time; the connection was closed".formatted(command)
            : "the connection broke during %s (%s)".formatted(command, rootMessage(cause));
    return new UnavailableException(
        Reason.CONNECTION_LOST, where + ": " + how + ". It may have been carried out.", cause);
  }

  static UnavailableException notConnected(String address, Throwable cause) {
    return new UnavailableException(
        Reason.NOT_CONNECTED,
        TlsFailure.words(cause, address.startsWith("rediss"))
            .map(words -> "cannot connect to %s: %s.".formatted(address, words))
            .orElseGet(
                () ->
                    "cannot connect to %s: %s. Check address, port and TLS, and that Redis is up."
                        .formatted(address, rootMessage(cause))),
        cause);
  }

  /** Whoever was to say who we are did not: before anything was sent. */
  static UnavailableException noCredentials(String address, RuntimeException cause) {
    return new UnavailableException(
        Reason.NOT_CONNECTED,
        "cannot connect to %s: user and password cannot be had: %s."
            .formatted(address, withoutStop(String.valueOf(cause.getMessage()))),
        cause);
  }

  private static String withoutStop(String words) {
    return words.endsWith(".") ? words.substring(0, words.length() - 1) : words;
  }

  private static boolean hasTimedOut(@Nullable Throwable error) {
    for (var each = error; each != null; each = each.getCause()) {
      if (each instanceof SocketTimeoutException) {
        return true;
      }
    }
    return false;
  }

  private static String rootMessage(Throwable error) {
    var root = error;
    for (var next = root.getCause(); next != null; next = next.getCause()) {
      root = next;
    }
    var message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : message;
  }

  private static String advice(Reason reason) {
    return switch (reason) {
      case OUT_OF_MEMORY -> ". Redis is at maxmemory: trim streams or give it more.";
      case DISK -> ". Redis cannot write to its disk: free space there.";
      case NO_REPLICAS -> ". Fewer replicas than min-replicas-to-write are connected.";
      case READ_ONLY -> ". This node is a replica, or has lost its master.";
      default -> ".";
    };
  }
}
