// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.autoscale.ScalingPolicy;
import io.millhand.cli.CommandFailure;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoliciesTest {

  private static int most(Policies policies, String stream, String group) {
    return policies.of(new GroupName(stream, group)).max();
  }

  @Test
  void the_first_that_fits_holds() {
    var policies =
        Policies.of(List.of("stream=orders,group=a,max=1", "stream=orders,max=2", "group=a,max=3"));

    assertThat(most(policies, "orders", "a")).isEqualTo(1);
    assertThat(most(policies, "orders", "b")).isEqualTo(2);
    assertThat(most(policies, "bills", "a")).isEqualTo(3);
  }

  @Test
  void what_comes_after_one_for_all_never_holds() {
    var policies = Policies.of(List.of("max=7", "stream=orders,group=a,max=1"));

    assertThat(most(policies, "orders", "a")).isEqualTo(7);
  }

  @Test
  void the_settings_of_two_are_not_mixed() {
    var policies = Policies.of(List.of("stream=orders,max=2", "stream=orders,min=1"));

    assertThat(policies.of(new GroupName("orders", "a")).min()).isZero();
  }

  @Test
  void where_none_fits_the_default_holds() {
    assertThat(Policies.of(List.of()).of(new GroupName("orders", "a")))
        .isEqualTo(ScalingPolicy.DEFAULT);
    assertThat(Policies.of(List.of("stream=bills,max=1")).of(new GroupName("orders", "a")))
        .isEqualTo(ScalingPolicy.DEFAULT);
  }

  @Test
  void groups_named_one_by_one_are_known_before_they_exist() {
    var policies =
        Policies.of(
            List.of(
                "stream=orders,group=a",
                "stream=orders,group=b,max=3",
                "stream=orders*,group=c",
                "stream=bills",
                "stream=orders,group=a,max=9",
                "stream=x\\,y,group=z"));

    assertThat(policies.named())
        .containsExactly(
            new GroupName("orders", "a"), new GroupName("orders", "b"), new GroupName("x,y", "z"));
  }

  @Test
  void one_that_cannot_work_is_told_by_its_own_text() {
    assertThatThrownBy(() -> Policies.of(List.of("max=1", "max=0")))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--scale 'max=0' cannot work");
  }
}
