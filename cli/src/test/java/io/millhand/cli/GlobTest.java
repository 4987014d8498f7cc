// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

  @ParameterizedTest
  @CsvSource({
    "orders,orders,true",
    "orders,orders:eu,false",
    "orders*,orders:eu,true",
    "orders*,my-orders,false",
    "h?llo,hello,true",
    "h?llo,hllo,false",
    "h[ae]llo,hallo,true",
    "h[ae]llo,hillo,false",
    "h[^e]llo,hallo,true",
    "h[^e]llo,hello,false",
    "h[a-c]llo,hbllo,true",
    "a.c,abc,false",
    "a\\*c,a*c,true",
    "a\\*c,abc,false",
    "{a}:b,{a}:b,true",
    "a[,a[,true",
    "[]],],false",
    "[&&&],&,true"
  })
  void a_pattern_fits_as_in_redis(String glob, String name, boolean fits) {
    assertThat(Glob.of(glob).matches(name)).isEqualTo(fits);
  }

  @Test
  void a_name_without_a_pattern_needs_no_search() {
    assertThat(Glob.of("{orders}:g.dead").isName()).isTrue();
    assertThat(Glob.of("orders:*").isName()).isFalse();
    assertThat(Glob.of("a[").isName()).isTrue();
  }

  @Test
  void a_name_whose_signs_are_meant_literally_is_that_name() {
    assertThat(Glob.of("a\\*\\[b\\]\\\\"))
        .extracting(Glob::text, Glob::isName)
        .containsExactly("a*[b]\\", true);
    assertThat(Glob.of("a\\*b*").text()).isEqualTo("a\\*b*");
  }
}
