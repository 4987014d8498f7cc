// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.scale;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How worker processes are started.
 *
 * @param command the shell command
 * @param environment variables besides ours
 * @param grace how long they may drain when we have died
 * @param output where their stdout goes
 */
record Launch(String command, Map<String, String> environment, Duration grace, Stdout output) {

  /** Signs by which a shell joins commands, or sends their output elsewhere. */
  private static final Pattern JOINED = Pattern.compile("[;&|<>(){}\\n]");

  /** Where the stdout of the workers goes. */
  enum Stdout {
    /** To ours. */
    OURS,
    /** To stderr: ours is for programs. */
    STDERR
  }

  /**
   * Forks a watcher that blocks on a pipe from us, then becomes the command: pid, exit status and
   * signals are the command's own. The kernel closes the pipe with us, however we end, and the
   * watcher has the worker drain. Where the command is a shell that waits for what it runs, its
   * children are asked too: a shell does not hand signals on. SIGINT and SIGHUP stay ignored: a
   * Ctrl-C at a terminal goes to all processes there, and we decide who drains.
   */
  private static final String SCRIPT =
      """
      grace=$1
      pid=$$
      trap '' INT HUP
      exec 3<&0
      (
        trap '' QUIT TERM
        while read -r _; do :; done
        kill -0 "$pid" || exit 0
        read -r self _ </proc/self/stat
        read -r name <"/proc/$pid/comm"
        children=
        case $name in
          sh | dash | bash | ash | ksh | zsh | busybox) read -r children <"/proc/$pid/task/$pid/children" ;;
        esac
        all=$pid
        for child in $children; do
          [ "$child" = "$self" ] || all="$all $child"
        done
        kill -TERM $all
        i=0
        while [ "$i" -lt "$grace" ]; do
          alive=
          for each in $all; do
            kill -0 "$each" && alive=1
          done
          [ -n "$alive" ] || exit 0
          sleep 0.1
          i=$((i + 1))
        done
        kill -KILL $all
      ) <&3 3<&- >/dev/null 2>&1 &
      [ "$3" = OURS ] || exec >&2
      exec /bin/sh -c "$2" </dev/null 3<&-
      """;

  /**
   * Starts one. Its stdin is the leash; its stderr is for us to read.
   *
   * @param number tells it from the others, as {@code MILLHAND_WORKER}
   */
  Process start(int number) throws IOException {
    var builder =
        new ProcessBuilder(
            List.of(
                "/bin/sh",
                "-c",
                SCRIPT,
                "millhand-scale",
                Long.toString(grace.toMillis() / 100),
                isOneProgram() ? "exec " + command : command,
                output.name()));
    builder.redirectOutput(output == Stdout.OURS ? Redirect.INHERIT : Redirect.DISCARD);
    var variables = builder.environment();
    variables.remove("CONSUMER_NAME"); // two workers of one name would take each other's entries
    variables.putAll(environment);
    variables.put("MILLHAND_WORKER", Integer.toString(number));
    return builder.start();
  }

  /**
   * Whether the shell would only start one program and wait for it. Then it had better become that
   * program: who is asked to drain is the worker itself, and its exit code is the worker's.
   */
  private boolean isOneProgram() {
    var first = command.strip().split("\\s+", 2)[0];
    return !JOINED.matcher(command).find() && !first.equals("exec") && isProgram(first);
  }

  private static boolean isProgram(String word) {
    return word.contains("/")
        ? Files.isExecutable(Path.of(word))
        : Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, word)));
  }
}
