// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static io.millhand.testkit.Processes.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {

  /** Says "ready", then waits for SIGTERM, upon which it says "bye". */
  static final class Patient {
    public static void main(String[] args) throws InterruptedException {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("bye")));
      System.out.println("ready " + String.join(",", args) + " " + System.getenv("COLOUR"));
      System.err.println("careful");
      new CountDownLatch(1).await();
    }
  }

  /** Starts a Patient of its own and says its pid, then waits. */
  static final class Parent {
    public static void main(String[] args) throws InterruptedException {
      var child = ChildProcess.java(Patient.class).start();
      child.awaitLine(line -> line.startsWith("ready"), SOON);
      System.out.println("child " + child.pid());
      new CountDownLatch(1).await();
    }
  }

  @Test
  void a_java_program_runs_on_our_class_path_and_its_lines_are_seen() {
    try (var child =
        ChildProcess.java(Patient.class).args("a", "b").environment("COLOUR", "red").start()) {
      assertThat(child.awaitLine(line -> line.startsWith("ready"), SOON))
          .isEqualTo("ready a,b red");
      assertThat(child.awaitErrorLine(line -> true, SOON)).isEqualTo("careful");
      assertThat(child.lines()).containsExactly("ready a,b red");
    }
  }

  @Test
  void a_terminated_process_runs_its_shutdown_hooks_and_tells_its_status() {
    try (var child = ChildProcess.java(Patient.class).start()) {
      child.awaitLine(line -> line.startsWith("ready"), SOON);
      child.signal("TERM");
      assertThat(child.awaitExit(SOON)).isEqualTo(128 + 15);
      assertThat(child.lines()).last().isEqualTo("bye");
      assertThatThrownBy(() -> child.signal("TERM"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("143");
    }
  }

  @Test
  void an_interrupt_from_a_terminal_can_be_played() {
    try (var child = ChildProcess.java(Patient.class).start()) {
      child.awaitLine(line -> line.startsWith("ready"), SOON);
      child.signal("INT");
      assertThat(child.awaitExit(SOON)).isEqualTo(128 + 2);
      assertThat(child.lines()).last().isEqualTo("bye");
    }
  }

  @Test
  void a_killed_process_runs_no_hooks() {
    try (var child = ChildProcess.java(Patient.class).start()) {
      child.awaitLine(line -> line.startsWith("ready"), SOON);
      child.signal("KILL");
      assertThat(child.awaitExit(SOON)).isEqualTo(128 + 9);
      assertThat(child.lines()).doesNotContain("bye");
    }
  }

  @Test
  void a_stopped_process_goes_on_when_told_to() {
    try (var child =
        ChildProcess.command("sh", "-c", "while read -r line; do echo $line; done; echo end")
            .input(Path.of("/dev/null"))
            .start()) {
      assertThat(child.awaitExit(SOON)).isZero();
      assertThat(child.lines()).containsExactly("end");
    }
    try (var child = ChildProcess.java(Patient.class).start()) {
      child.awaitLine(line -> line.startsWith("ready"), SOON);
      child.signal("STOP");
      await().atMost(SOON).until(() -> Processes.isStopped(child.pid()));
      child.signal("CONT");
      await().atMost(SOON).until(() -> !Processes.isStopped(child.pid()));
      child.signal("TERM");
      assertThat(child.awaitExit(SOON)).isEqualTo(143);
    }
  }

  @Test
  void a_file_is_read_as_standard_input(@TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("in put"), "one\ntwo\n");
    try (var child = ChildProcess.command("cat").input(file).directory(folder).start()) {
      assertThat(child.awaitExit(SOON)).isZero();
      assertThat(child.lines()).containsExactly("one", "two");
    }
  }

  @Test
  void a_line_that_never_comes_is_an_error_that_tells_what_came_instead() {
    try (var child =
        ChildProcess.command("sh", "-c", "echo other; echo trouble >&2; exit 3").start()) {
      assertThatThrownBy(() -> child.awaitLine(line -> line.equals("ready"), SOON))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("other");
      assertThat(child.awaitExit(SOON)).isEqualTo(3);
      assertThatThrownBy(() -> child.awaitErrorLine(line -> false, SOON))
          .hasMessageContaining("status 3")
          .hasMessageContaining("trouble");
    }
  }

  @Test
  void a_process_that_does_not_end_is_an_error_and_is_ended_by_close() {
    var child = ChildProcess.java(Patient.class).start();
    assertThatThrownBy(() -> child.awaitExit(Duration.ofMillis(10)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("still runs");
    child.close();
    assertThat(child.isAlive()).isFalse();
    child.close();
  }

  @Test
  void a_process_dies_with_its_parent_even_when_that_is_killed() {
    try (var parent = ChildProcess.java(Parent.class).start()) {
      var line = parent.awaitLine(it -> it.startsWith("child "), SOON);
      var child = Long.parseLong(line.substring("child ".length()));
      parent.signal("KILL");
      await().atMost(SOON).until(() -> Processes.isGone(child));
    }
  }
}
