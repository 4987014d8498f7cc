// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.util.RedisInputStream;

/**
 * The client library's connection, but with {@link StrictInput}, and it can tell whether more has
 * come than was asked for. Without that a reply that lost its beginning would leave its rest on the
 * line, and each command from then on be given what belongs to another.
 */
final class OneReplyEach extends Connection {

  /** Null until the first reply: the constructor above reads some, so it has no first value. */
  private @Nullable StrictInput input;

  OneReplyEach(JedisSocketFactory sockets, JedisClientConfig config) {
    super(sockets, config);
  }

  @Override
  protected Object protocolRead(RedisInputStream from, PushConsumerChain pushes) {
    var strict = input;
    if (strict == null) {
      strict = new StrictInput(from);
      input = strict;
    }
    return super.protocolRead(strict, pushes);
  }

  /** Whether something has come that nobody asked for; when all replies have been read. */
  boolean hasMore() {
    try {
      return input != null && input.available() > 0;
    } catch (IOException e) {
      return false; // it is broken, which the next command finds
    }
  }
}
