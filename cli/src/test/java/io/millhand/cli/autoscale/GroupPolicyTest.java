// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millhand.autoscale.ScalingPolicy;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroupPolicyTest {

  private static final ScalingPolicy USUAL = ScalingPolicy.DEFAULT;

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ",", " , ,"})
  void nothing_given_is_the_default_for_all_groups(String text) {
    var all = GroupPolicy.parse(text);

    assertThat(all.policy()).isEqualTo(USUAL);
    assertThat(all.isFor("orders", "processing")).isTrue();
    assertThat(all.isFor("", "")).isTrue();
    assertThat(all.isNamed()).isFalse();
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        Arguments.of("min=2", USUAL.between(2, 100)),
        Arguments.of("max=20", USUAL.between(0, 20)),
        Arguments.of("min=200,max=300", USUAL.between(200, 300)),
        Arguments.of("max=300,min=200", USUAL.between(200, 300)),
        Arguments.of("objective=10m", USUAL.objective(Duration.ofMinutes(10))),
        Arguments.of("drain=1m30s", USUAL.drain(Duration.ofSeconds(90))),
        Arguments.of("drain=PT5S", USUAL.drain(Duration.ofSeconds(5))),
        Arguments.of("utilisation=0.5", USUAL.utilisation(0.5)),
        Arguments.of("rate=12.5", USUAL.rate(12.5)),
        Arguments.of(" min=1 , rate=2 ,", USUAL.between(1, 100).rate(2)));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void what_is_given_holds_and_the_rest_is_the_default(String text, ScalingPolicy policy) {
    assertThat(GroupPolicy.parse(text).policy()).isEqualTo(policy);
  }

  @Test
  void all_of_it_can_be_given_at_once() {
    var all =
        GroupPolicy.parse(
            "stream=orders,group=processing,min=2,max=20,objective=2m,drain=1m,utilisation=0.85,rate=50");

    assertThat(all.policy())
        .isEqualTo(
            USUAL.between(2, 20).objective(Duration.ofMinutes(2)).utilisation(0.85).rate(50));
    assertThat(all.isNamed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"objective=10m,drain=20s", "drain=20s,objective=10m"})
  void a_time_to_drain_holds_wherever_it_stands(String text) {
    assertThat(GroupPolicy.parse(text).policy())
        .isEqualTo(USUAL.objective(Duration.ofMinutes(10)).drain(Duration.ofSeconds(20)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "stream=orders orders any true",
        "stream=orders orders:eu any false",
        "stream=orders*,group=p? orders:eu p1 true",
        "stream=orders*,group=p? orders:eu p12 false",
        "group=p any p true",
        "stream=a,group=b a b true",
        "stream=a,group=b b a false",
        "stream=a,group=[bc] a c true",
        "stream=a\\,b,group=c\\,d a,b c,d true",
        "stream=a\\,b,group=c a c false",
        "stream=a=b,group=c a=b c true",
        "stream=a\\*,group=c a* c true",
      })
  void it_is_for_the_groups_that_fit(String text, String stream, String group, boolean fits) {
    assertThat(GroupPolicy.parse(text).isFor(stream, group)).isEqualTo(fits);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "stream=a,group=b true",
        "stream=a\\,b,group=c true",
        "stream=a false",
        "group=b false",
        "stream=a,group=* false",
        "stream=a?,group=b false",
      })
  void it_is_for_one_group_only_where_both_are_names(String text, boolean isNamed) {
    assertThat(GroupPolicy.parse(text).isNamed()).isEqualTo(isNamed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "steam=a|there is no 'steam'",
        "MIN=1|there is no 'MIN'",
        "orders|there is no 'orders'",
        "=1|there is no ''",
        "a\\b=1|there is no 'a\\\\b'",
        "min|min has no value",
        "stream=|stream has no value",
        "group=,min=1|group has no value",
        "min=1,max=5,min=2|min stands twice",
        "stream=a,stream=a|stream stands twice",
        "min=two|min is no number: 'two'",
        "min= 2|min is no number: ' 2'",
        "max=1.5|max is no number: '1.5'",
        "max=99999999999|max is no number: '99999999999'",
        "rate=fast|rate is no number: 'fast'",
        "utilisation=85%|utilisation is no number: '85%'",
        "objective=2|objective: '2' is not a duration: expected a number and a unit",
        "drain=-1s|drain: '-1s' is not a duration: expected a number and a unit",
        "min=-1|min must be 0 or more, but is -1",
        "max=0|max must be 1 or more, and not below min (0), but is 0",
        "min=5,max=4|max must be 1 or more, and not below min (5), but is 4",
        "min=101|max must be 1 or more, and not below min (101), but is 100",
        "objective=100ms|objective must be 1 second to a day, but is 0.1 s",
        "objective=2d|objective must be 1 second to a day, but is 172800 s",
        "objective=PT2562047788015215H|objective must be 1 second to a day, but is 92233720",
        "drain=0|drain must be half a second to a day, but is 0 s",
        "utilisation=NaN|utilisation must be above 0 and at most 1, but is NaN",
        "utilisation=85|utilisation must be above 0 and at most 1, but is 85.0",
        "rate=1e400|rate must be above 0 and at most 1000000 a second, but is Infinity",
        "rate=0|rate must be above 0 and at most 1000000 a second, but is 0.0",
      })
  void what_cannot_be_read_or_cannot_work_is_told_with_what_can(String text, String why) {
    var failure = catchThrowableOfType(CommandFailure.class, () -> GroupPolicy.parse(text));

    assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(failure)
        .hasMessageStartingWith("--scale '")
        .hasMessageContaining("' cannot work: " + why)
        .hasMessageEndingWith(". It is written " + GroupPolicy.FORM);
  }

  @Test
  void all_that_cannot_work_is_told_at_once() {
    var failure =
        catchThrowableOfType(
            CommandFailure.class, () -> GroupPolicy.parse("min=-1,utilisation=2,rate=0"));

    assertThat(failure).hasMessageContainingAll("min must", "; utilisation must", "; rate must");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\u001b[31m=1", "min=\u001b[31m", "drain=\u001b[31m", "stream=\u001b[31m,x"})
  void control_characters_do_not_reach_the_terminal(String text) {
    var failure = catchThrowableOfType(CommandFailure.class, () -> GroupPolicy.parse(text));

    assertThat(failure.getMessage()).contains("\\x1b[31m").doesNotContain("\u001b");
  }
}
