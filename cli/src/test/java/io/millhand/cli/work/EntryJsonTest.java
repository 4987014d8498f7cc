// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.delivery.Origin;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EntryJsonTest {

  private static final byte[] BINARY = {(byte) 0xff, 0, 1};

  @Test
  void an_entry_is_a_line_with_its_fields_in_order() {
    assertThat(EntryJson.of(delivery("b", "1", "a", "\"\n\0é")))
        .isEqualTo(
            "{\"id\":\"5-1\",\"stream\":\"orders\",\"group\":\"g\",\"attempt\":3,\"deliveries\":4,"
                + "\"fields\":{\"b\":\"1\",\"a\":\"\\\"\\n\\u0000é\"}}");
  }

  @Test
  void what_is_not_utf_8_is_base64_and_what_occurs_twice_is_an_array() {
    var fields =
        Fields.ofPairs(
            bytes("x"), bytes("1"), bytes("bin"), BINARY, bytes("x"), BINARY, BINARY, bytes("v"));
    assertThat(EntryJson.of(delivery(fields)))
        .endsWith(
            "\"fields\":{\"x\":[\"1\",{\"base64\":\"/wAB\"}],\"bin\":{\"base64\":\"/wAB\"}},"
                + "\"binaryFields\":[{\"name\":{\"base64\":\"/wAB\"},\"value\":\"v\"}]}");
  }

  @Test
  void no_field_can_reach_another_variable_of_the_environment() {
    var environment = new HashMap<>(Map.of("PATH", "/bin", "FIELD_STALE", "x"));
    ExecEnvironment.fill(
        environment, delivery("LD_PRELOAD", "evil.so", "a-b=c;$(x)\n", "1", "ünï", "2"));
    assertThat(environment)
        .containsOnly(
            Map.entry("PATH", "/bin"),
            Map.entry("MILLHAND_ID", "5-1"),
            Map.entry("MILLHAND_STREAM", "orders"),
            Map.entry("MILLHAND_GROUP", "g"),
            Map.entry("MILLHAND_ATTEMPT", "3"),
            Map.entry("MILLHAND_DELIVERIES", "4"),
            Map.entry("FIELD_LD_PRELOAD", "evil.so"),
            Map.entry("FIELD_A_B_C___X__", "1"),
            Map.entry("FIELD__N_", "2"));
  }

  @Test
  void what_an_environment_cannot_hold_is_left_out_and_counted() {
    var environment = new HashMap<String, String>();
    var fields =
        Fields.ofPairs(
            bytes("nul"),
            bytes("a\0b"),
            bytes("bin"),
            BINARY,
            BINARY,
            bytes("v"),
            bytes("large"),
            new byte[40_000],
            bytes("a.b"),
            bytes("first"),
            bytes("a-b"),
            bytes("second"));
    ExecEnvironment.fill(environment, delivery(fields));
    assertThat(environment)
        .containsEntry("MILLHAND_OMITTED", "5")
        .containsEntry("FIELD_A_B", "first");
    assertThat(environment).doesNotContainKeys("FIELD_NUL", "FIELD_BIN", "FIELD_LARGE");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Delivery<Entry> delivery(String... namesAndValues) {
    return delivery(Fields.of(namesAndValues));
  }

  private static Delivery<Entry> delivery(Fields fields) {
    var entry = new Entry(new EntryId(5, 1), fields);
    return new Delivery<>(
        new Delivery.Source("orders", "g"),
        entry,
        entry,
        new Delivery.Count(4, 2, 0),
        Origin.NEW,
        () -> true);
  }
}
