// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import io.millhand.verification.rig.Letter;
import io.millhand.verification.rig.Load;
import io.millhand.verification.rig.Rig;
import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import io.millhand.verification.row.Trial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Entries that nobody can read, for worker processes that want a JSON object. */
@WithRedis
@Full
class MalformedTest {

  private static final Duration WORK = ofMillis(20);
  private static final Duration QUIET = ofSeconds(30);

  private EmbeddedRedis redis;
  private Rig rig;
  private Trial trial;

  @BeforeEach
  void open(EmbeddedRedis server, Trial trial) {
    this.trial = trial;
    redis = server;
    rig = new Rig(redis, trial);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  /** Names and values of entries without a readable JSON object. */
  private List<List<byte[]>> malformed() {
    var all = new ArrayList<List<byte[]>>();
    Stream.of("", "{", "[]", "null", "{\"a\":}", "{\"a\":\"\u0000\"}", "[".repeat(5000))
        .forEach(text -> all.add(List.of(bytes("json"), bytes(text))));
    var everyByte = new byte[256];
    for (int i = 0; i < 256; i++) {
      everyByte[i] = (byte) i;
    }
    all.add(List.of(bytes("json"), everyByte));
    all.add(List.of(everyByte, everyByte, new byte[0], new byte[0]));
    // UTF-8 that is cut, that lacks its beginning, and none at all
    for (var broken : List.of("7b22613a22c3", "7b2261223a2280227d", "7b2261223a22ff227d")) {
      all.add(List.of(bytes("json"), java.util.HexFormat.of().parseHex(broken)));
    }
    all.add(List.of(bytes("json"), bytes("{}"), bytes("json"), bytes("{}")));
    all.add(List.of(bytes("~millhand"), bytes("99"), bytes("~body"), bytes("packed")));
    var many = new ArrayList<byte[]>();
    for (int i = 0; i < 10_000; i++) {
      many.add(bytes("field-" + i));
      many.add(random(trial.random().nextInt(20)));
    }
    all.add(many);
    all.add(List.of(bytes("json"), random(3 << 20)));
    all.add(List.of(bytes("json"), bytes("{\"a\":\"" + "x".repeat(2 << 20))));
    return all;
  }

  private byte[] random(int size) {
    var bytes = new byte[size];
    trial.random().nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  @Row(
      id = "W12",
      fault =
          "17 malformed entries: not JSON, binary, empty, twice, 10,000 fields, 3 MB, among others",
      bound = "dead letters at once, byte for byte; the others are handled; duplicates 0")
  void what_cannot_be_read_is_in_the_dead_letters_byte_for_byte_and_holds_nothing_up() {
    var workers =
        List.of(
            rig.worker("one", WORK, "codec=json").awaitReady(),
            rig.worker("two", WORK, "codec=json").awaitReady());
    var malformed = malformed();
    Collections.shuffle(malformed, trial.random());
    var sent = new HashMap<String, List<byte[]>>();
    for (var fields : malformed) {
      rig.load().burst(10, "json", "{\"a\": 1}");
      sent.put(rig.load().sendRaw(redis, fields), fields);
    }
    rig.load().burst(10, "json", "{}");

    var proof = rig.prove(QUIET).duplicatesAtMost(0).overlapsAtMost(0);
    var letters =
        rig.group().dead().stream().collect(Collectors.toMap(Letter::name, letter -> letter));
    assertThat(letters.keySet()).isEqualTo(sent.keySet());
    sent.forEach((name, fields) -> isWhole(letters.get(name), name, fields));
    assertThat(proof.report().handled()).isEqualTo(10L * (malformed.size() + 1));
    assertThat(rig.lines("FAIL")).isEmpty();
    workers.forEach(worker -> assertThat(worker.stop()).isZero());
  }

  private static void isWhole(Letter letter, String name, List<byte[]> fields) {
    assertThat(letter.fact("~reason")).isEqualTo("cannot be decoded");
    assertThat(letter.fact("~attempts")).isEqualTo("0");
    var sent = new ArrayList<>(List.of(bytes(Load.NAME), bytes(name)));
    sent.addAll(fields);
    assertThat(letter.body()).as(name).hasSameSizeAs(sent);
    for (int i = 0; i < sent.size(); i++) {
      assertThat(letter.body().get(i)).as("%s, part %d", name, i).isEqualTo(sent.get(i));
    }
  }
}
