// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import io.millhand.autoscale.ScalingPolicy;
import java.util.List;

/**
 * Which policy is for which group: the first that fits, else the default.
 *
 * @param all in their order
 */
public record Policies(List<GroupPolicy> all) {

  /** As they stand on a command line. */
  public static Policies of(List<String> texts) {
    return new Policies(texts.stream().map(GroupPolicy::parse).toList());
  }

  /** The policy of a group. */
  ScalingPolicy of(GroupName name) {
    return all.stream()
        .filter(each -> each.isFor(name.stream(), name.group()))
        .map(GroupPolicy::policy)
        .findFirst()
        .orElse(ScalingPolicy.DEFAULT);
  }

  /** The groups that are named one by one: they are looked after before they exist. */
  public List<GroupName> named() {
    return all.stream()
        .filter(GroupPolicy::isNamed)
        .map(each -> new GroupName(each.stream().text(), each.group().text()))
        .distinct()
        .toList();
  }
}
