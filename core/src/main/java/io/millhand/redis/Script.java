// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** Our scripts, each a file of its own beside this class, with its contract at its head. */
@SuppressWarnings("ImmutableEnumChecker") // nobody changes the arrays of a Text
enum Script {
  REGISTER,
  BEAT,
  LEAVE,
  DUE,
  DEFER,
  ACK,
  FINISH,
  DEAD,
  RECLAIM,
  BURY,
  RECONCILE,
  POSITION,
  REGROUP,
  RENEW,
  SWEEP,
  TRIM,
  PUTBACK,
  RELEASE,
  CLAIM,
  DISMISS,
  SETID,
  DISBAND,
  PRUNE,
  COUNT,
  WITHDRAW,
  REDELIVER,
  PAUSE,
  RESUME,
  ONCE(Frame.BARE),
  CATALOGUE(Frame.BARE),
  MEMBER(Frame.ALONE);

  /** What stands around a script's own text. */
  private enum Frame {
    /** The prelude, with the keys of a group; it works at maxmemory. */
    GROUP,
    /** Nothing: it has keys of its own, and is refused at maxmemory like any send. */
    BARE,
    /** Keys of its own, of which the first is a sorted set; it works at maxmemory. */
    ALONE;

    String modern() {
      return switch (this) {
        case GROUP -> MODERN + resource("prelude.lua");
        case BARE -> "";
        case ALONE -> MODERN;
      };
    }

    String legacy() {
      return switch (this) {
        case GROUP -> LEGACY + resource("prelude.lua");
        case BARE -> "";
        case ALONE -> LEGACY.replace("KEYS[2]", "KEYS[1]");
      };
    }
  }

  /**
   * From 7.0 on a script says itself that it may run at maxmemory, and XCLAIM drops what was
   * trimmed.
   */
  private static final String MODERN = "#!lua flags=allow-oom\nlocal LEGACY = false\n";

  /**
   * Up to 6.2 that line cannot be parsed; but there a script that began with a write which is never
   * denied may go on writing at maxmemory.
   */
  private static final String LEGACY = "local LEGACY = true\nredis.call('ZREM', KEYS[2], '')\n";

  private final Text modern;
  private final Text legacy;

  Script() {
    this(Frame.GROUP);
  }

  Script(Frame frame) {
    var own = resource(name().toLowerCase(Locale.ROOT) + ".lua");
    modern = Text.of(frame.modern() + own);
    legacy = Text.of(frame.legacy() + own);
  }

  /**
   * A script's text and its digest.
   *
   * @param source what SCRIPT LOAD gets
   * @param sha what EVALSHA gets
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Text(byte[] source, byte[] sha) {
    static Text of(String source) {
      var bytes = source.getBytes(UTF_8);
      try {
        var digest = MessageDigest.getInstance("SHA-1").digest(bytes);
        return new Text(bytes, HexFormat.of().formatHex(digest).getBytes(UTF_8));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-1", e);
      }
    }
  }

  Text forServer(Server server) {
    return server.isAtLeast(7, 0) ? modern : legacy;
  }

  private static String resource(String name) {
    try (var in = Script.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the library is incomplete: no resource " + name);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
