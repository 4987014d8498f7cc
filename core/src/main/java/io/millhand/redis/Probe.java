// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The first questions on a connection: what is at its other end, and what is it allowed to do. */
final class Probe {

  private Probe() {}

  /**
   * Asks. What is forbidden is done without.
   *
   * @throws io.millhand.error.MillhandException when the server does not let us in, or cannot serve
   *     now
   */
  static Server ask(Wire wire) {
    var replies =
        wire.pipeline(
            List.of(
                Call.of(Verb.INFO),
                Call.of(Verb.CLIENT, "ID"),
                Call.of(Verb.CLIENT, "LIST", "ID", "1"),
                Call.of(Verb.HELLO)));
    var info =
        replies.get(0) instanceof byte[] text ? new String(text, UTF_8) : hello(replies.get(3));
    for (var reply : replies) {
      if (reply instanceof ErrorReply error && !error.code().equals("NOPERM") && isFatal(error)) {
        throw wire.error(error, "the first command");
      }
    }
    Optional<Long> clientId =
        replies.get(1) instanceof Long id ? Optional.of(id) : Optional.empty();
    return Server.of(info, clientId, replies.get(2) instanceof byte[]);
  }

  /**
   * What INFO would tell of the version, from the reply to HELLO, which no user can be denied: by
   * the version it is known which scripts the server can read.
   */
  private static String hello(@Nullable Object reply) {
    if (reply instanceof ErrorReply) {
      return "";
    }
    var rows = Reply.list(reply);
    var product = "redis";
    var version = "";
    for (int i = 0; i + 1 < rows.size(); i += 2) {
      switch (Reply.text(rows.get(i))) {
        case "server" -> product = Reply.text(rows.get(i + 1));
        case "version" -> version = Reply.text(rows.get(i + 1));
        default -> {
          // not asked for
        }
      }
    }
    return "redis_version:%s\n%s_version:%s\n".formatted(version, product, version);
  }

  private static boolean isFatal(ErrorReply error) {
    return error.code().equals("NOAUTH") || Errors.unavailable(error.text()).isPresent();
  }
}
