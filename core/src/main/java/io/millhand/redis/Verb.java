// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** The commands that we send, by their own names. */
@SuppressWarnings("ImmutableEnumChecker") // nobody changes the arrays
enum Verb {
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
  AUTH,
  SELECT,
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

  /** As it goes out; nobody changes it. */
  byte[] bytes() {
    return raw;
  }
}
