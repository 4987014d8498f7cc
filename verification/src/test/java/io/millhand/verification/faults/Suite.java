// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import io.millhand.verification.row.Full;
import io.millhand.verification.row.Row;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** All rows that have a test. */
record Suite(List<Case> cases) {

  private static final String PACKAGE = "io.millhand.verification";

  /** Finds the rows among the tests of this module. */
  static Suite find() {
    var request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectPackage(PACKAGE))
            .filters(ClassNameFilter.includeClassNamePatterns(".*Test"))
            .build();
    var plan = LauncherFactory.create().discover(request);
    return new Suite(
        plan.getRoots().stream()
            .flatMap(root -> plan.getDescendants(root).stream())
            .flatMap(test -> rowOf(test).stream())
            .sorted(Comparator.comparing(Case::rows, Case.TABLE_ORDER).thenComparing(Case::test))
            .toList());
  }

  private static Optional<Case> rowOf(TestIdentifier test) {
    return test.getSource()
        .filter(MethodSource.class::isInstance)
        .map(MethodSource.class::cast)
        .filter(source -> source.getJavaMethod().isAnnotationPresent(Row.class))
        .map(source -> rowOf(test, source));
  }

  private static Case rowOf(TestIdentifier test, MethodSource source) {
    var row = source.getJavaMethod().getAnnotation(Row.class);
    var tags = test.getTags().stream().map(TestTag::getName).collect(Collectors.toSet());
    return new Case(
        test.getUniqueId(),
        source.getJavaClass().getSimpleName() + "." + source.getMethodName(),
        List.of(row.id()),
        row.fault(),
        row.bound(),
        tags.contains(RowSet.SOAK_TAG)
            ? RowSet.SOAK
            : tags.contains(Full.TAG) ? RowSet.FULL : RowSet.SHORT);
  }

  /** Those of a set; the full one has the short one's, too, and none has the soak. */
  Suite of(RowSet set) {
    return new Suite(cases.stream().filter(it -> it.set().compareTo(set) <= 0).toList());
  }

  /** The soak alone. */
  Suite soak() {
    return new Suite(cases.stream().filter(it -> it.set() == RowSet.SOAK).toList());
  }

  /** These and others. */
  Suite and(Suite others) {
    return new Suite(Stream.concat(cases.stream(), others.cases.stream()).distinct().toList());
  }

  /**
   * Those that prove any of these rows.
   *
   * @param patterns ids, with {@code *} for anything
   * @throws IllegalArgumentException for one that fits no row; it says which there are
   */
  Suite matching(List<String> patterns) {
    var matchers = patterns.stream().map(Suite::matcher).toList();
    for (int i = 0; i < matchers.size(); i++) {
      var matcher = matchers.get(i);
      if (cases.stream().noneMatch(it -> proves(it, matcher))) {
        throw new IllegalArgumentException(
            "no such row: %s. There are: %s".formatted(patterns.get(i), String.join(", ", rows())));
      }
    }
    return new Suite(
        cases.stream().filter(it -> matchers.stream().anyMatch(m -> proves(it, m))).toList());
  }

  private List<String> rows() {
    var all = new TreeSet<>(Comparator.comparing((String row) -> List.of(row), Case.TABLE_ORDER));
    cases.forEach(it -> all.addAll(it.rows()));
    return List.copyOf(all);
  }

  private static boolean proves(Case row, Pattern pattern) {
    return row.rows().stream().anyMatch(id -> pattern.matcher(id).matches());
  }

  private static Pattern matcher(String pattern) {
    var parts = List.of(pattern.split("\\*", -1));
    return Pattern.compile(
        parts.stream().map(Pattern::quote).collect(Collectors.joining(".*")),
        Pattern.CASE_INSENSITIVE);
  }
}
