// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.child;

/**
 * The main class of a child process: does one task and prints its figures as the last line, behind
 * {@value #RESULT}. A line {@value #READY} tells that it has warmed up and begun.
 */
public final class Child {

  /** What the line with the figures begins with. */
  public static final String RESULT = "RESULT ";

  /** What a child prints when it has begun. */
  public static final String READY = "READY";

  private Child() {}

  /** Does what the arguments say, see {@link Task}. */
  public static void main(String[] words) {
    try {
      var arguments = Arguments.parse(words);
      var figures = Task.valueOf(arguments.text(Task.KEY)).run(arguments);
      System.out.println(RESULT + figures.json());
      System.exit(0);
    } catch (Throwable e) { // whatever it is, the parent must hear of it and not wait
      e.printStackTrace();
      System.exit(1);
    }
  }

  /** Tells the parent that it may go on. */
  static void ready() {
    System.out.println(READY);
  }
}
