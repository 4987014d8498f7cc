// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.delivery.EntryId;
import io.millhand.redis.ReplyReader.Shape;
import java.util.List;

/**
 * A command: its arguments, then ids.
 *
 * @param shape what its reply is made into
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and written as they are
record Call(Verb verb, byte[][] args, List<EntryId> ids, Shape shape) {
  Call(Verb verb, byte[]... args) {
    this(verb, args, List.of(), Shape.PARTS);
  }

  /** The same, whose reply is made into that. */
  Call as(Shape other) {
    return new Call(verb, args, ids, other);
  }

  static Call of(Verb verb, Object... args) {
    var raw = new byte[args.length][];
    for (int i = 0; i < args.length; i++) {
      raw[i] = args[i] instanceof byte[] bytes ? bytes : args[i].toString().getBytes(UTF_8);
    }
    return new Call(verb, raw);
  }
}
