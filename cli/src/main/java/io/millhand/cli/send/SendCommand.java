// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import io.millhand.Producer;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import io.millhand.cli.ExitCode;
import io.millhand.cli.Output;
import io.millhand.cli.RedisOptions;
import io.millhand.cli.StopSignals;
import io.millhand.cli.Terminal;
import io.millhand.config.Durability;
import io.millhand.delivery.TraceContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millhand send}. */
@Command(
    name = "send",
    description = {
      "Add entries to a stream: one from field=value arguments, or many from NDJSON or CSV.",
      ""
    },
    footer = {
      "",
      "NDJSON: one object on each line. Strings are sent as they are, numbers and booleans as they are"
          + " written, nested objects and arrays as JSON text; a field that is null is left out.",
      "CSV: the header row names the fields; values may be quoted and span lines.",
      "",
      "What has been added stays when a line fails: the number of entries added and of the line is"
          + " printed, and nothing is resumed by itself.",
      "",
      "Examples:",
      "  millhand send orders order_id=123 amount=99.99",
      "  millhand send orders --csv orders.csv --rate 200/s",
      "  millhand send orders --csv orders.csv --once-key order_id --durability replicas:1",
      "  jq -c '.[]' orders.json | millhand send orders --ndjson -"
    })
public final class SendCommand implements Callable<Integer> {

  private static final String STDIN = "-";
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @Spec private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

  @Parameters(
      paramLabel = "[STREAM] [FIELD=VALUE...]",
      arity = "0..*",
      hideParamSyntax = true,
      description =
          "The stream's key, unless --stream or STREAM_KEY names it; and the fields of one entry.")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--stream",
      paramLabel = "KEY",
      description = "The stream's key. Else STREAM_KEY.")
  private @Nullable String stream;

  @Option(
      names = "--ndjson",
      paramLabel = "FILE",
      description = "Entries from NDJSON; - is standard input.")
  private @Nullable String ndjson;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Entries from CSV with a header row; - is standard input.")
  private @Nullable String csv;

  @Option(
      names = "--separator",
      paramLabel = "CHAR",
      defaultValue = ",",
      description = "What stands between values of CSV; \\t is a tab (default ${DEFAULT-VALUE}).")
  private String separator = ",";

  @Option(
      names = "--skip-bad-lines",
      description =
          "Skip and count lines that cannot be read, or are too large, instead of ending there.")
  private boolean skipBadLines;

  @Option(
      names = "--rate",
      paramLabel = "N/s",
      converter = Pace.Converter.class,
      description = "Not more than so many in a second. Default: as quickly as Redis takes them.")
  private @Nullable Double rate;

  @Option(
      names = "--max-entry-bytes",
      paramLabel = "N",
      defaultValue = "1048576",
      description = "Larger entries are refused (default ${DEFAULT-VALUE}).")
  private int maxEntryBytes;

  @Mixin private DurabilityOptions durability = new DurabilityOptions();
  @Mixin private OnceOptions once = new OnceOptions();
  @Mixin private TraceOptions trace = new TraceOptions();
  @Mixin private RedisOptions redis = new RedisOptions();
  @Mixin private Output output = new Output();

  /** Made for picocli. */
  public SendCommand() {}

  @Override
  public Integer call() throws IOException {
    var key = stream();
    var context = trace.context(System::getenv);
    var required = durability.durability();
    var window = once.window();
    try (var input = input();
        var millhand = redis.connect();
        var producer = producer(millhand.producerBuilder(key), required, window, context)) {
      var terms =
          new Sending.Terms(
              skipBadLines ? Sending.BadLines.SKIP : Sending.BadLines.FAIL,
              Optional.ofNullable(rate).map(Pace::new),
              maxEntryBytes,
              once.key());
      var sending = new Sending(producer, terms);
      return send(key, input, sending);
    }
  }

  private Producer producer(
      Producer.Builder builder,
      Durability required,
      Optional<Duration> window,
      Optional<TraceContext> context) {
    window.ifPresent(builder::onceWindow);
    return builder.maxEntryBytes(maxEntryBytes).durability(required).trace(() -> context).build();
  }

  /** What is read, and how much there is of it. */
  private record Input(EntrySource source, InputStream bytes, OptionalLong size)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      bytes.close();
    }
  }

  private int send(String key, Input input, Sending sending) throws IOException {
    var started = System.nanoTime();
    Sending.Report report;
    try (var progress = new ProgressLine(progressTo(), input.size())) {
      report = run(sending, input.source(), progress);
    }
    sending
        .firstSkipped()
        .forEach(
            bad -> tell("line %d was skipped: %s".formatted(bad.line(), Escape.text(bad.why()))));
    var summary = new Summary(key, report, Duration.ofNanos(System.nanoTime() - started));
    if (output.isJson()) {
      output.line(summary.json());
    } else {
      summary.words(amount()).ifPresent(output::line);
    }
    summary
        .failure()
        .ifPresent(
            failure -> {
              throw failure;
            });
    return ExitCode.OK;
  }

  /** In a thread of its own: one that reads from a terminal cannot be stopped, only left. */
  private static Sending.Report run(Sending sending, EntrySource source, ProgressLine progress) {
    var report = new CompletableFuture<Sending.Report>();
    StopSignals.listen(
        signal -> {
          sending.stop(signal.number);
          CompletableFuture.delayedExecutor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
              .execute(() -> report.complete(sending.soFar()));
        },
        signal -> {});
    Thread.ofPlatform()
        .daemon()
        .name("millhand-send")
        .start(
            () -> {
              try {
                report.complete(sending.run(source, progress));
              } catch (IOException e) {
                report.completeExceptionally(
                    new CommandFailure(ExitCode.FAILED, "reading failed: " + e.getMessage(), e));
              } catch (RuntimeException | Error e) {
                report.completeExceptionally(e);
              }
            });
    try {
      return report.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private void tell(String unsafe) {
    var err = spec.commandLine().getErr();
    err.println("millhand: " + Escape.message(unsafe));
    err.flush();
  }

  private PrintWriter progressTo() {
    return Terminal.is(Terminal.Stream.ERR) && amount() == Amount.MANY
        ? spec.commandLine().getErr()
        : new PrintWriter(Writer.nullWriter());
  }

  /** How much is sent. */
  enum Amount {
    /** One entry from the command line. */
    ONE,
    /** Whatever the input holds. */
    MANY
  }

  private Amount amount() {
    return ndjson == null && csv == null ? Amount.ONE : Amount.MANY;
  }

  private String stream() {
    if (stream != null) {
      return stream;
    }
    if (!words.isEmpty() && words.getFirst().indexOf('=') < 0) {
      return words.getFirst();
    }
    var variable = System.getenv("STREAM_KEY");
    if (variable == null || variable.isBlank()) {
      throw CommandFailure.usage("to which stream? Name it first, or by --stream or STREAM_KEY");
    }
    return variable;
  }

  private List<String> fields() {
    return stream == null && !words.isEmpty() && words.getFirst().indexOf('=') < 0
        ? words.subList(1, words.size())
        : words;
  }

  private Input input() throws IOException {
    var given = (ndjson == null ? 0 : 1) + (csv == null ? 0 : 1) + (fields().isEmpty() ? 0 : 1);
    if (given != 1) {
      throw CommandFailure.usage(
          "what to send? Give either fields as name=value, or --ndjson, or --csv");
    }
    if (ndjson != null) {
      var bytes = open(ndjson);
      return new Input(new NdjsonSource(bytes), bytes, size(ndjson));
    }
    if (csv != null) {
      var bytes = open(csv);
      return new Input(new CsvSource(bytes, separator()), bytes, size(csv));
    }
    return new Input(
        new ArgumentSource(fields()), InputStream.nullInputStream(), OptionalLong.empty());
  }

  private char separator() {
    var text = separator.equals("\\t") ? "\t" : separator;
    if (text.length() != 1 || text.charAt(0) > 0x7e || "\"\r\n".contains(text)) {
      throw CommandFailure.usage("--separator must be one ASCII character");
    }
    return text.charAt(0);
  }

  private static InputStream open(String file) {
    try {
      return file.equals(STDIN) ? System.in : Files.newInputStream(Path.of(file));
    } catch (IOException | InvalidPathException e) {
      throw CommandFailure.usage(
          "cannot read %s (%s)".formatted(Escape.text(file), e.getClass().getSimpleName()));
    }
  }

  private static OptionalLong size(String file) throws IOException {
    return file.equals(STDIN) || !Files.isRegularFile(Path.of(file))
        ? OptionalLong.empty()
        : OptionalLong.of(Files.size(Path.of(file)));
  }
}
