// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationTest {

  private static final Registration WHOLE =
      new Registration(
          "boot-1",
          "pod-0",
          42,
          "0.1.0",
          "2026-01-01T00:00:00Z",
          Duration.ofSeconds(20),
          Optional.of("a1b2"),
          Optional.of(7L),
          Optional.of(new EntryId(5, 3)));

  private static final Registration BARE =
      new Registration(
          "boot-1",
          "pod-0",
          42,
          "0.1.0",
          "2026-01-01T00:00:00Z",
          Duration.ofSeconds(20),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  @Test
  void a_registration_is_lines_with_its_boot_id_first_and_its_suspect_last() {
    assertThat(WHOLE.text())
        .isEqualTo(
            """
            boot=boot-1
            host=pod-0
            pid=42
            version=0.1.0
            since=2026-01-01T00:00:00Z
            lease=20000
            run=a1b2
            client=7
            suspect=5-3
            """);
  }

  @Test
  void what_is_written_is_read_back() {
    assertThat(Registration.parse(WHOLE.text())).isEqualTo(WHOLE);
    assertThat(Registration.parse(BARE.text())).isEqualTo(BARE);
  }

  @Test
  void settings_are_written_and_read_back_and_half_of_them_are_none() {
    var terms =
        new Registration.Terms(
            64,
            1024,
            Duration.ofMinutes(5),
            Duration.ofSeconds(60),
            Optional.of(Duration.ofSeconds(9)));
    var told = WHOLE.with(terms);

    assertThat(told.text())
        .contains("concurrency=64\ninflight=1024\ntimeout=300000\nreclaim=60000\nshared=9000\n")
        .endsWith("suspect=5-3\n");
    assertThat(Registration.parse(told.text())).isEqualTo(told);
    assertThat(Registration.parse(told.text().replace("reclaim=60000\n", "")).terms()).isEmpty();
  }

  @Test
  void a_host_name_cannot_add_lines() {
    var evil =
        new Registration(
            "boot-1",
            "pod\nboot=other\r\nsuspect=9-9",
            42,
            "0.1.0",
            "now",
            Duration.ofSeconds(20),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    var read = Registration.parse(evil.text());

    assertThat(read.bootId()).isEqualTo("boot-1");
    assertThat(read.suspect()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "=\n=x\n\n",
        "pid=many\nlease=-5\nclient=x\nsuspect=",
        "pid=99999999999999999999\nlease=1e9\nclient=-1\nsuspect=last one",
        "boot=\nhost=?\nversion=?"
      })
  void what_is_missing_or_cannot_be_read_takes_a_harmless_value(String text) {
    var read = Registration.parse(text);

    assertThat(read.bootId()).isEmpty();
    assertThat(read.host()).isEqualTo("?");
    assertThat(read.pid()).isEqualTo(-1);
    assertThat(read.lease()).isEqualTo(Duration.ofSeconds(15));
    assertThat(read.clientId()).isEmpty();
    assertThat(read.suspect()).isEmpty();
  }

  @Test
  void a_lease_that_no_worker_can_have_is_brought_into_its_range() {
    assertThat(Registration.parse("lease=999999999999999999").lease())
        .isEqualTo(Duration.ofHours(1));
    assertThat(Registration.parse("lease=0").lease()).isEqualTo(Duration.ofMillis(200));
  }

  @Test
  void lines_of_a_later_version_are_passed_over() {
    assertThat(Registration.parse(BARE.text() + "colour=blue\n")).isEqualTo(BARE);
  }
}
