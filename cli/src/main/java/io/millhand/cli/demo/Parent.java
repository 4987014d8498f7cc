// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.function.Consumer;

/** What a child knows of its parent: the other end of its standard input. */
final class Parent {

  private Parent() {}

  /**
   * Listens for ever.
   *
   * @param words hears each line
   * @param last runs when the parent is gone; then the process ends at once
   */
  static void listen(Consumer<String> words, Runnable last) {
    Thread.ofPlatform()
        .daemon()
        .name("demo-parent")
        .start(
            () -> {
              hear(words);
              try {
                last.run();
              } finally {
                Runtime.getRuntime().halt(1);
              }
            });
  }

  private static void hear(Consumer<String> words) {
    try (var reader = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        words.accept(line);
      }
    } catch (IOException e) {
      // as good as its end
    }
  }
}
