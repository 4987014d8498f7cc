// SPDX-License-Identifier: Apache-2.0
package io.millhand.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.error.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RereadTest {

  @TempDir private Path folder;
  private Path file;
  private final AtomicInteger made = new AtomicInteger();

  @BeforeEach
  void write() throws Exception {
    file = Files.writeString(folder.resolve("f"), "one");
  }

  private Reread<String> reread() {
    return Reread.of(
        "Testing",
        List.of(file),
        "the file",
        contents -> {
          made.incrementAndGet();
          var text = new String(contents.getFirst(), UTF_8);
          if (text.startsWith("bad")) {
            throw new GeneralSecurityException("it is bad");
          }
          return text;
        });
  }

  @Test
  void what_changes_is_made_anew_and_only_then() throws Exception {
    var reread = reread();
    assertThat(reread.current()).isEqualTo("one");

    Files.writeString(file, "two");
    Awaitility.await().until(() -> reread.current().equals("two"));
    assertThat(made).hasValue(2);
  }

  @Test
  void what_is_bad_leaves_the_last_good_one_and_is_tried_once() throws Exception {
    var reread = reread();

    Files.writeString(file, "bad");
    Awaitility.await()
        .until(
            () -> {
              assertThat(reread.current()).isEqualTo("one");
              return made.get() == 2;
            });
    Files.writeString(file, "good again");
    Awaitility.await().until(() -> reread.current().equals("good again"));
    assertThat(made).hasValue(3);
  }

  @Test
  void a_file_that_is_away_for_a_while_is_read_when_it_is_back() throws Exception {
    var reread = reread();

    Files.delete(file);
    assertThat(reread.current()).isEqualTo("one");
    Files.writeString(file, "back");

    Awaitility.await().until(() -> reread.current().equals("back"));
  }

  @Test
  void whoever_asks_for_the_latest_has_it_at_once() throws Exception {
    var reread = reread();

    Files.writeString(file, "two");
    assertThat(reread.latest()).isEqualTo("two");
    Files.writeString(file, "bad");
    assertThat(reread.latest()).isEqualTo("two");
    Files.delete(file);
    assertThat(reread.latest()).isEqualTo("two");
    assertThat(made).hasValue(3);
  }

  @Test
  void what_is_bad_from_the_start_is_a_setting_that_cannot_work() throws Exception {
    Files.writeString(file, "bad");
    assertThatThrownBy(this::reread)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("Testing cannot start")
        .hasMessageContaining("the file cannot be used: it is bad");

    Files.delete(file);
    assertThatThrownBy(this::reread).hasMessageContaining("there is no file " + file);
  }
}
