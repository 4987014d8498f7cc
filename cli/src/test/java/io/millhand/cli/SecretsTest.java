// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

  private static Map<String, String> handedOn(String variable, String value) {
    var environment = new HashMap<>(Map.of(variable, value, "PATH", "/bin"));
    Secrets.removeFrom(environment);
    assertThat(environment).containsEntry("PATH", "/bin");
    return environment;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://:secret@h",
        "redis://u:secret@my_redis:6379/2",
        "rediss://u:secret@[::1]:6379",
        "redis-sentinel://:secret@h:26379,i:26379/shop",
        "rediss-sentinel://u:secret@h,i/shop/2",
        "redis-cluster://:secret@h:1,i:2",
        "rediss-cluster://u:secret@h,i",
        ":secret@h:6379",
        "u:secret@h",
        " redis://:secret@h ",
        "redis://:sec ret@h",
        "redis://:sec/ret@h",
        "http://:secret@h"
      })
  void an_address_with_a_password_is_not_handed_on(String url) {
    assertThat(handedOn("REDIS_URL", url)).doesNotContainKey("REDIS_URL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://h:6379/2",
        "rediss://u@h",
        "h:6379",
        "redis-sentinel://u@h:26379,i:26379/shop",
        "redis-cluster://h:1,i:2"
      })
  void an_address_without_one_is(String url) {
    assertThat(handedOn("REDIS_URL", url)).containsEntry("REDIS_URL", url);
  }

  @ParameterizedTest
  @ValueSource(strings = {"REDIS_PASSWORD", "REDIS_SENTINEL_PASSWORD"})
  void a_password_is_not_handed_on(String variable) {
    assertThat(handedOn(variable, "secret")).doesNotContainKey(variable);
  }

  @ParameterizedTest
  @ValueSource(strings = {"REDIS_PASSWORD_FILE", "REDIS_SENTINEL_PASSWORD_FILE"})
  void where_it_is_may_be_known(String variable) {
    assertThat(handedOn(variable, "/etc/password")).containsEntry(variable, "/etc/password");
  }

  @ParameterizedTest
  @CsvSource({
    "MILLHAND_JAVA_OPTS,-Djavax.net.ssl.keyStorePassword=secret",
    "JAVA_TOOL_OPTIONS,-Xmx1g -Djavax.net.ssl.trustStorePassword=secret",
    "JDK_JAVA_OPTIONS,-Dhttp.proxyPassword=secret",
    "_JAVA_OPTIONS,-Dpassword=secret"
  })
  void options_of_our_java_that_hold_one_are_not_handed_on(String variable, String options) {
    assertThat(handedOn(variable, options)).doesNotContainKey(variable);
  }

  @Test
  void options_without_one_are() {
    assertThat(handedOn("JAVA_TOOL_OPTIONS", "-XX:MaxRAMPercentage=60"))
        .containsKey("JAVA_TOOL_OPTIONS");
  }
}
