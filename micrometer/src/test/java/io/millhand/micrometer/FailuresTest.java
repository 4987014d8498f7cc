// SPDX-License-Identifier: Apache-2.0
package io.millhand.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FailuresTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Failures failures = new Failures(new Shelf(registry, Tags.empty()));

  private double count(String exception) {
    return registry.get("millhand.worker.failures").tags("exception", exception).counter().count();
  }

  @Test
  void classes_beyond_the_first_20_are_told_together() {
    var thrown = different();
    thrown.forEach(failures::count);
    thrown.forEach(failures::count);
    assertThat(registry.getMeters()).hasSize(21);
    assertThat(count(thrown.getFirst().getClass().getSimpleName())).isEqualTo(2);
    assertThat(count("other")).isEqualTo(2.0 * (thrown.size() - 20));
  }

  @Test
  void a_class_without_a_simple_name_has_its_whole_one() {
    failures.count(new RuntimeException() {});
    assertThat(count(getClass().getName() + "$1")).isEqualTo(1);
  }

  private static List<Throwable> different() {
    return Stream.of(
            "ArithmeticException ArrayStoreException ClassCastException IllegalArgumentException"
                + " IllegalMonitorStateException IllegalStateException IndexOutOfBoundsException"
                + " NegativeArraySizeException NullPointerException NumberFormatException"
                + " SecurityException UnsupportedOperationException ClassNotFoundException"
                + " CloneNotSupportedException InterruptedException NoSuchFieldException"
                + " NoSuchMethodException StackOverflowError OutOfMemoryError InternalError"
                + " AbstractMethodError IllegalAccessError LinkageError")
        .flatMap(names -> Stream.of(names.split(" ")))
        .map(FailuresTest::make)
        .toList();
  }

  private static Throwable make(String name) {
    try {
      Constructor<?> constructor = Class.forName("java.lang." + name).getConstructor();
      return (Throwable) constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(name, e);
    }
  }
}
