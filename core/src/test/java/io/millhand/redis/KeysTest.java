// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {

  @ParameterizedTest
  @CsvSource({
    "orders,       {orders}",
    "{orders},     {orders}",
    "a{b}c,        a{b}c",
    "{a}{b},       {a}{b}",
    "a{b}{c}d,     a{b}{c}d",
    "{{a}},        {{a}}",
    // no tag by the Cluster's rule: empty, never closed, closed before it is opened
    "{},           {{}}",
    "a{}b,         {a{}b}",
    "{}{a},        {{}{a}}",
    "{a,           {{a}",
    "a},           {a}}",
    "}{,           {}{}",
    "a}b{c,        {a}b{c}",
  })
  void our_keys_begin_with_the_stream_if_it_has_a_hash_tag_else_with_the_stream_in_braces(
      String stream, String prefix) {
    assertThat(Keys.prefixOf(stream)).isEqualTo(prefix);
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders", "{orders}", "a{b}c", "{a}{b}", "{{a}}", "shop:{42}:orders"})
  void all_keys_of_a_group_lie_in_the_slot_of_its_stream(String stream) {
    var keys = Keys.of(stream, "pro{ces}sing");

    assertThat(Arrays.stream(keys.all()).map(KeysTest::slot)).containsOnly(slot(keys.all()[0]));
  }

  @Test
  void each_key_has_its_name_and_its_place() {
    var keys = Keys.of("orders", "processing");

    assertThat(Arrays.stream(keys.all()).map(key -> new String(key, UTF_8)))
        .containsExactly(
            "orders",
            "{orders}:processing:deferred",
            "{orders}:processing:failures",
            "{orders}:processing:workers",
            "{orders}:processing:workers:info",
            "{orders}:processing:keeper",
            "{orders}:processing:position",
            "{orders}:processing:dead");
    assertThat(keys).hasToString("orders/processing");
    assertThat(Keys.auditOf("orders")).isEqualTo("{orders}:audit");
  }

  /** By the specification of Redis Cluster. */
  private static int slot(byte[] key) {
    var text = new String(key, UTF_8);
    var open = text.indexOf('{');
    var close = open < 0 ? -1 : text.indexOf('}', open + 1);
    var hashed = close > open + 1 ? text.substring(open + 1, close) : text;
    var crc = 0;
    for (byte each : hashed.getBytes(UTF_8)) {
      crc ^= (each & 0xff) << 8;
      for (int i = 0; i < 8; i++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ 0x1021;
      }
      crc &= 0xffff;
    }
    return crc % 16384;
  }

  @Test
  void the_slot_that_this_test_computes_is_the_servers() {
    assertThat(slot("123456789".getBytes(UTF_8))).isEqualTo(0x31C3);
  }
}
