// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.millhand.cli.CommandFailure;
import io.millhand.config.WorkerSettings.HandlerThreads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What handles the entries: exactly one of five, some with options of their own. */
final class HandlerOptions {

  @Option(
      names = "--exec",
      paramLabel = "CMD",
      description =
          "Run a shell command for each entry: its JSON on stdin, MILLHAND_ID ..., FIELD_<NAME> and TRACEPARENT in the environment."
              + " Exit code 0 acks, 65 dead-letters, all else is retried.")
  private @Nullable String exec;

  @Option(
      names = "--pipe",
      paramLabel = "CMD",
      description = {
        "Keep shell commands running that read a JSON line per entry and write one per outcome:",
        "{\"id\": ..., \"outcome\": \"ack|retry|defer|dead\", \"reason\": ..., \"after\": \"30s\"}"
      })
  private @Nullable String pipe;

  @Option(
      names = "--children",
      paramLabel = "N",
      description = "With --pipe: how many of them (default: one per processor).")
  private @Nullable Integer children;

  @Option(
      names = "--per-child",
      paramLabel = "N",
      description = "With --pipe: how many entries each has at a time (default: 1).")
  private @Nullable Integer perChild;

  @Option(
      names = "--http",
      paramLabel = "URL",
      description =
          "POST each entry as JSON. 2xx acks, 4xx but 408, 425 and 429 dead-letters, all else is retried,"
              + " after Retry-After if there is one.")
  private @Nullable String http;

  @Option(
      names = "--http-timeout",
      paramLabel = "TIME",
      description = "With --http: how long until an answer begins (default: 30s).")
  private @Nullable Duration httpTimeout;

  @Option(
      names = "--http-headers",
      paramLabel = "FILE",
      description = "With --http: further headers, a 'Name: value' on each line.")
  private @Nullable Path httpHeaders;

  @Option(
      names = "--handler",
      paramLabel = "CLASS",
      description =
          "A Java class that implements Handler<Entry> or Decider<Entry> of io.millhand.delivery.")
  private @Nullable String javaClass;

  @Option(
      names = "--classpath",
      paramLabel = "PATH",
      description = "With --handler: where it and its libraries are (default: the current folder).")
  private @Nullable String classpath;

  @Option(
      names = "--handler-threads",
      paramLabel = "KIND",
      description =
          "With --handler: ${COMPLETION-CANDIDATES}; platform for handlers that compute (default: virtual).")
  private @Nullable HandlerThreads threads;

  @Option(names = "--print", description = "Print each entry on a line, and ack it.")
  private boolean print;

  @Option(names = "--json", description = "With --print: as JSON.")
  private boolean json;

  /**
   * Makes it.
   *
   * @param stopping whether the process drains by now
   * @param giveUp where to say that it can never handle anything
   */
  EntryHandler open(BooleanSupplier stopping, Consumer<String> giveUp) {
    check();
    if (exec != null) {
      return new ExecHandler(exec, stopping);
    }
    if (pipe != null) {
      return new PipeHandler(pipeSettings(pipe), stopping, giveUp);
    }
    if (http != null) {
      var timeout = httpTimeout == null ? Duration.ofSeconds(30) : httpTimeout;
      require(timeout.isPositive(), "--http-timeout must be more than 0");
      return new HttpHandler(http, timeout, httpHeaders);
    }
    if (javaClass != null) {
      return ClassHandler.load(
          javaClass,
          classpath == null ? "." : classpath,
          threads == null ? HandlerThreads.VIRTUAL : threads);
    }
    return new PrintHandler(json ? PrintHandler.Form.JSON : PrintHandler.Form.TEXT, giveUp);
  }

  private PipeHandler.Settings pipeSettings(String command) {
    var count = children == null ? Runtime.getRuntime().availableProcessors() : children;
    var each = perChild == null ? 1 : perChild;
    require(count >= 1 && count <= 1000, "--children must be 1 to 1000");
    require(each >= 1 && each <= 1000, "--per-child must be 1 to 1000");
    return new PipeHandler.Settings(command, count, each);
  }

  private void check() {
    var given = new ArrayList<String>();
    note(given, exec != null, "--exec");
    note(given, pipe != null, "--pipe");
    note(given, http != null, "--http");
    note(given, javaClass != null, "--handler");
    note(given, print, "--print");
    require(
        !given.isEmpty(),
        "what handles the entries? Give one of --exec, --pipe, --http, --handler, --print");
    require(
        given.size() == 1,
        "%s are two answers to what handles the entries: give one"
            .formatted(String.join(" and ", given)));
    goesWith(
        "--pipe", pipe != null, "--children, --per-child", children != null || perChild != null);
    goesWith(
        "--http",
        http != null,
        "--http-timeout, --http-headers",
        httpTimeout != null || httpHeaders != null);
    goesWith(
        "--handler",
        javaClass != null,
        "--classpath, --handler-threads",
        classpath != null || threads != null);
    goesWith("--print", print, "--json", json);
  }

  private static void note(List<String> given, boolean isGiven, String name) {
    if (isGiven) {
      given.add(name);
    }
  }

  private static void goesWith(String handler, boolean isGiven, String options, boolean areGiven) {
    require(isGiven || !areGiven, "%s: only with %s".formatted(options, handler));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw CommandFailure.usage(otherwise);
    }
  }
}
