// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.cli.Glob;
import java.util.List;
import java.util.function.Supplier;

/**
 * Which streams and groups are looked at.
 *
 * @param streams names and patterns; none: all
 * @param groups names and patterns; none: all
 */
record Selection(List<Glob> streams, List<Glob> groups) {

  /** Of names and patterns as they were given. */
  static Selection of(List<String> streams, List<String> groups) {
    return new Selection(
        streams.stream().map(Glob::of).toList(), groups.stream().map(Glob::of).toList());
  }

  /**
   * The keys of the streams that are looked at, by name.
   *
   * @param all tells all keys; not asked where every stream was named
   */
  List<String> keys(Supplier<List<String>> all) {
    if (!streams.isEmpty() && streams.stream().allMatch(Glob::isName)) {
      return streams.stream().map(Glob::text).distinct().sorted().toList();
    }
    return all.get().stream().filter(this::wantsStream).toList();
  }

  /** Whether that stream is looked at. */
  boolean wantsStream(String key) {
    return isAmong(streams, key);
  }

  /** Whether that group of a stream is looked at. */
  boolean wants(String key, String group) {
    return wantsStream(key) && isAmong(groups, group);
  }

  private static boolean isAmong(List<Glob> globs, String name) {
    return globs.isEmpty() || globs.stream().anyMatch(glob -> glob.matches(name));
  }
}
