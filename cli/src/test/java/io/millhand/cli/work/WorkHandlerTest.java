// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithRedis
class WorkHandlerTest {

  @TempDir private Path folder;

  @Test
  void a_class_needs_no_main_and_sees_its_own_libraries_but_not_ours(EmbeddedRedis redis)
      throws IOException {
    redis.command("XADD", "orders", "1-0", "order_id", "good");
    redis.command("XADD", "orders", "2-0", "order_id", "bad");
    compile(
        "shop.Orders",
        """
        package shop;
        import io.millhand.delivery.*;
        public class Orders implements Handler<Entry>, AutoCloseable {
          public void handle(Delivery<Entry> delivery) throws Exception {
            if (delivery.text("order_id").equals("bad")) throw new IllegalStateException("no stock");
            var loader = Thread.currentThread().getContextClassLoader();
            System.out.println(loader == Orders.class.getClassLoader() ? "own loader" : "" + loader);
            try {
              loader.loadClass("tools.jackson.core.JsonParser");
            } catch (ClassNotFoundException e) {
              System.out.println("no foreign library");
            }
          }
          public void close() { System.out.println("closed"); }
        }
        """);

    try (var work =
        WorkProcess.start(
            redis,
            "--handler",
            "shop.Orders",
            "--classpath",
            folder.toString(),
            "--max-attempts",
            "1")) {
      work.awaitDone(2);
      assertThat(work.stop()).isZero();
      assertThat(work.process().lines())
          .containsExactly("own loader", "no foreign library", "closed");
      assertThat(WorkProcess.dead(redis))
          .singleElement()
          .asString()
          .contains("order_id, bad", "java.lang.IllegalStateException: no stock");
    }
  }

  @Test
  void a_class_may_decide_the_outcome_itself(EmbeddedRedis redis) throws IOException {
    redis.command("XADD", "orders", "1-0", "order_id", "bad");
    compile(
        "Deciding",
        """
        import io.millhand.delivery.*;
        public class Deciding implements Decider<Entry> {
          public Outcome decide(Delivery<Entry> delivery) { return Outcome.dead("by decision"); }
        }
        """);

    try (var work =
        WorkProcess.start(
            redis,
            "--handler",
            "Deciding",
            "--classpath",
            folder + File.pathSeparator + folder + "/*",
            "--handler-threads",
            "platform")) {
      work.awaitDone(1);
      assertThat(work.stop()).isZero();
      assertThat(WorkProcess.dead(redis))
          .singleElement()
          .asString()
          .contains("~reason, by decision");
    }
  }

  @Test
  void a_class_that_is_no_handler_is_refused_in_words(EmbeddedRedis redis) throws IOException {
    compile("Stranger", "public class Stranger {}");
    try (var work =
        WorkProcess.builder(redis, "--handler", "Stranger", "--classpath", folder.toString())
            .start()) {
      assertThat(work.awaitExit(WorkProcess.SOON)).isEqualTo(2);
      assertThat(work.errorLines())
          .singleElement()
          .asString()
          .contains("cannot use the class Stranger as a handler: it implements neither");
    }
  }

  private void compile(String name, String source) throws IOException {
    var file = folder.resolve(name.substring(name.lastIndexOf('.') + 1) + ".java");
    Files.writeString(file, source);
    var compiler = ToolProvider.getSystemJavaCompiler();
    assertThat(compiler.run(null, null, null, "-d", folder.toString(), file.toString())).isZero();
  }
}
