// SPDX-License-Identifier: Apache-2.0
package io.millhand.partition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutingTest {

  /** Known answers of MurmurHash3_x86_32 with seed 0. */
  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "test, ba6bd213",
    "'Hello, world!', c0363e43",
    "The quick brown fox jumps over the lazy dog, 2e4ff723",
  })
  void keys_have_the_hashes_that_other_languages_give_them(String key, String hash) {
    assertThat(Integer.toHexString(Murmur3.hash(key.getBytes(UTF_8)))).isEqualTo(hash);
  }

  @Test
  void a_partition_is_the_unsigned_hash_modulo_the_count() {
    // 0xba6bd213 is 3127628307
    assertThat(Routing.partition("test".getBytes(UTF_8), 7)).isEqualTo((int) (3127628307L % 7));
    assertThat(Routing.partition("test".getBytes(UTF_8), 1)).isZero();
  }

  @Test
  void keys_spread_over_the_partitions() {
    var counts = new int[16];
    for (int i = 0; i < 16_000; i++) {
      counts[Routing.partition(("customer-" + i).getBytes(UTF_8), 16)]++;
    }
    assertThat(Arrays.stream(counts).boxed()).allMatch(count -> count > 850 && count < 1150);
  }
}
