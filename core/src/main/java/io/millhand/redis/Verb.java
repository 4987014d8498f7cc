// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import redis.clients.jedis.commands.ProtocolCommand;

/** The commands that we send, by their own names. */
@SuppressWarnings(
    "ImmutableEnumChecker") // the client library asks for the array, and leaves it alone
enum Verb implements ProtocolCommand {
  XADD,
  XACK,
  XDEL,
  XLEN,
  XRANGE,
  XREVRANGE,
  XPENDING,
  XREADGROUP,
  XINFO,
  XGROUP,
  XSETID,
  EVALSHA,
  SCRIPT,
  CLIENT,
  INFO,
  HELLO,
  PING,
  WAIT,
  WAITAOF,
  TYPE,
  GET,
  HGETALL,
  HMGET,
  HSCAN,
  HLEN,
  ZCARD,
  ZCOUNT,
  ZRANGE,
  ZREM,
  ZSCAN,
  ZSCORE,
  SCAN,
  MEMORY,
  TIME,
  COMMAND,
  CONFIG,
  ACL,
  SENTINEL,
  CLUSTER,
  ASKING;

  private final byte[] raw = name().getBytes(US_ASCII);

  @Override
  public byte[] getRaw() {
    return raw;
  }
}
