// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.child;

import java.time.Duration;
import java.util.List;

/**
 * The main class of a child process: does one task and prints its figures as the last line, behind
 * {@value #RESULT}. A line {@value #READY} tells that it has warmed up and begun.
 */
public final class Child {

  /** What the line with the figures begins with. */
  public static final String RESULT = "RESULT ";

  /** What a child prints when it has begun. */
  public static final String READY = "READY";

  /** What a child says of itself when it has hung, before the stacks of its threads. */
  public static final String HUNG = "the task has not ended within";

  private static final long WATCH_SECONDS = 450;

  private Child() {}

  /** Does what the arguments say, see {@link Task}. */
  public static void main(String[] words) {
    try {
      var arguments = Arguments.parse(words);
      watch(arguments.number("watch", WATCH_SECONDS));
      var figures = Task.valueOf(arguments.text(Task.KEY)).run(arguments);
      System.out.println(RESULT + figures.json());
      System.exit(0);
    } catch (Throwable e) { // whatever it is, the parent must hear of it and not wait
      e.printStackTrace();
      System.exit(1);
    }
  }

  /** What hangs is told with its threads before the parent gives up, and ends. */
  private static void watch(long seconds) {
    Thread.ofPlatform()
        .daemon()
        .name("watch")
        .start(
            () -> {
              try {
                Thread.sleep(Duration.ofSeconds(seconds));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
              }
              System.err.println("Error: " + HUNG + " " + seconds + " s; threads:");
              Thread.getAllStackTraces()
                  .forEach((thread, stack) -> System.err.println(thread + " " + List.of(stack)));
              Runtime.getRuntime().halt(1);
            });
  }

  /** Tells the parent that it may go on. */
  static void ready() {
    System.out.println(READY);
  }
}
