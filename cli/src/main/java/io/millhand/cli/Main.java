// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.Millhand;
import io.millhand.cli.acl.AclCommand;
import io.millhand.cli.demo.DemoCommand;
import io.millhand.cli.demo.DemoProducer;
import io.millhand.cli.demo.DemoWorker;
import io.millhand.cli.operate.AckCommand;
import io.millhand.cli.operate.ClaimCommand;
import io.millhand.cli.operate.ConsumerCommand;
import io.millhand.cli.operate.CopyCommand;
import io.millhand.cli.operate.DeadCommand;
import io.millhand.cli.operate.GroupCommand;
import io.millhand.cli.operate.MoveCommand;
import io.millhand.cli.operate.PauseCommand;
import io.millhand.cli.operate.RedeliverCommand;
import io.millhand.cli.operate.ReleaseCommand;
import io.millhand.cli.operate.ResumeCommand;
import io.millhand.cli.operate.TrimCommand;
import io.millhand.cli.scale.ScaleCommand;
import io.millhand.cli.send.SendCommand;
import io.millhand.cli.serve.ServeCommand;
import io.millhand.cli.simulate.SimulateCommand;
import io.millhand.cli.top.TopCommand;
import io.millhand.cli.view.AuditCommand;
import io.millhand.cli.view.AuditLogCommand;
import io.millhand.cli.view.ConsumersCommand;
import io.millhand.cli.view.DeferredCommand;
import io.millhand.cli.view.DoctorCommand;
import io.millhand.cli.view.FindCommand;
import io.millhand.cli.view.GroupsCommand;
import io.millhand.cli.view.InfoCommand;
import io.millhand.cli.view.ListCommand;
import io.millhand.cli.view.PeekCommand;
import io.millhand.cli.view.PendingCommand;
import io.millhand.cli.view.TailCommand;
import io.millhand.cli.work.WorkCommand;
import io.millhand.error.MillhandException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code millhand}. */
@Command(
    name = "millhand",
    description = "Consumer groups of Redis Streams, worked reliably.",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:done (a worker: drained, nothing left behind)",
      " 1:it failed",
      " 2:the command line or a setting cannot work",
      " 3:Redis cannot be reached, does not let us in, or cannot serve for now",
      " 4:a worker stopped and left entries pending, which others take over (scale: or was killed)",
      " 5:doctor or audit found something that somebody should look after",
      "129, 130, 143:ended at once by SIGHUP, SIGINT or SIGTERM (a worker: by the second one)"
    })
public final class Main implements Runnable {

  /** Its commands, in the order of the help. */
  private static final Map<String, Class<?>> COMMANDS = commands();

  /** Options that may stand before the command, with a word of their own after them. */
  private static final Set<String> VALUED = Set.of("--log", "--log-level");

  private static Map<String, Class<?>> commands() {
    var commands = new LinkedHashMap<String, Class<?>>();
    commands.put("demo", DemoCommand.class);
    commands.put("work", WorkCommand.class);
    commands.put("send", SendCommand.class);
    commands.put("ls", ListCommand.class);
    commands.put("info", InfoCommand.class);
    commands.put("groups", GroupsCommand.class);
    commands.put("group", GroupCommand.class);
    commands.put("consumers", ConsumersCommand.class);
    commands.put("pending", PendingCommand.class);
    commands.put("deferred", DeferredCommand.class);
    commands.put("dead", DeadCommand.class);
    commands.put("find", FindCommand.class);
    commands.put("peek", PeekCommand.class);
    commands.put("tail", TailCommand.class);
    commands.put("top", TopCommand.class);
    commands.put("doctor", DoctorCommand.class);
    commands.put("audit", AuditCommand.class);
    commands.put("audit-log", AuditLogCommand.class);
    commands.put("serve", ServeCommand.class);
    commands.put("scale", ScaleCommand.class);
    commands.put("simulate", SimulateCommand.class);
    commands.put("pause", PauseCommand.class);
    commands.put("resume", ResumeCommand.class);
    commands.put("release", ReleaseCommand.class);
    commands.put("claim", ClaimCommand.class);
    commands.put("ack", AckCommand.class);
    commands.put("redeliver", RedeliverCommand.class);
    commands.put("consumer", ConsumerCommand.class);
    commands.put("trim", TrimCommand.class);
    commands.put("copy", CopyCommand.class);
    commands.put("move", MoveCommand.class);
    commands.put("acl", AclCommand.class);
    commands.put("generate-completion", GenerateCompletion.class);
    commands.put("demo-worker", DemoWorker.class);
    commands.put("demo-producer", DemoProducer.class);
    return commands;
  }

  /** All of them. */
  static Set<String> commandNames() {
    return COMMANDS.keySet();
  }

  @Spec private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

  @Option(
      names = "--log",
      paramLabel = "FORMAT",
      defaultValue = "text",
      scope = ScopeType.INHERIT,
      order = 100,
      description =
          "How the log on stderr looks: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
  private Logging.Format log = Logging.Format.text;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      defaultValue = "info",
      scope = ScopeType.INHERIT,
      order = 101,
      description = "What is logged: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
  private Logging.Threshold logLevel = Logging.Threshold.info;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      order = 102,
      description = "Print the stack trace of an error.")
  private boolean debug;

  private Main() {}

  /** Runs it and ends the process with its exit code. */
  public static void main(String[] args) {
    if (Boolean.getBoolean("millhand.warm-up")) {
      WarmUp.run();
    }
    System.exit(run(args));
  }

  private static int run(String... args) {
    return commandLine(args, utf8(FileDescriptor.out), utf8(FileDescriptor.err)).execute(args);
  }

  static CommandLine commandLine(String[] args, PrintWriter out, PrintWriter err) {
    var main = new Main();
    var line = new CommandLine(main);
    wanted(args).forEach(name -> line.addSubcommand(name, COMMANDS.get(name)));
    return line.registerConverter(Duration.class, new Durations())
        .setAllowSubcommandsAsOptionParameters(true) // "info" is a log level, too
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(out)
        .setErr(err)
        .setColorScheme(Help.defaultColorScheme(ansi()))
        .setExecutionStrategy(main::execute)
        .setParameterExceptionHandler(Main::misused)
        .setExecutionExceptionHandler((error, command, parsed) -> main.failed(error, command));
  }

  /**
   * The one command that is called, or all where there is none or it must know the others: to read
   * the annotations of all takes longer than most commands run.
   */
  private static Collection<String> wanted(String[] args) {
    return IntStream.range(0, args.length)
        .filter(i -> i == 0 || !VALUED.contains(args[i - 1]))
        .mapToObj(i -> args[i])
        .filter(COMMANDS::containsKey)
        .findFirst()
        .filter(name -> !name.equals("generate-completion"))
        .<Collection<String>>map(List::of)
        .orElse(args.length == 1 && isVersion(args[0]) ? List.of() : COMMANDS.keySet());
  }

  private static boolean isVersion(String word) {
    return word.equals("--version") || word.equals("-V");
  }

  /** Without a command there is only help. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command? See millhand --help");
  }

  private int execute(ParseResult parsed) {
    Logging.start(log, logLevel);
    return new RunLast().execute(parsed);
  }

  /** Not of the platform's charset: JSON is UTF-8, and a container's locale is often none. */
  private static PrintWriter utf8(FileDescriptor stream) {
    OutputStream bytes = new FileOutputStream(stream);
    return new PrintWriter(new OutputStreamWriter(bytes, UTF_8), true);
  }

  private static Help.Ansi ansi() {
    return Terminal.hasColours(Terminal.Stream.OUT) ? Help.Ansi.ON : Help.Ansi.OFF;
  }

  private static int misused(ParameterException error, String[] args) {
    var command = error.getCommandLine();
    print(command, error.getMessage());
    UnmatchedArgumentException.printSuggestions(error, command.getErr());
    command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE;
  }

  private int failed(Exception error, CommandLine command) {
    if (debug) {
      command.getErr().println(Escape.message(Logging.trace(error)).stripTrailing());
    }
    return switch (error) {
      case CommandFailure failure -> {
        print(command, failure.getMessage());
        yield failure.exitCode();
      }
      case MillhandException known -> {
        print(command, known.getMessage());
        yield ExitCode.of(known);
      }
      default -> {
        print(command, error + (debug ? "" : " (unexpected: --debug shows where)"));
        yield ExitCode.FAILED;
      }
    };
  }

  private static void print(CommandLine command, @Nullable String message) {
    var colours = Terminal.hasColours(Terminal.Stream.ERR) ? Help.Ansi.ON : Help.Ansi.OFF;
    command
        .getErr()
        .println(
            colours.string("@|bold,red millhand:|@ ") + Escape.message(String.valueOf(message)));
  }

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "millhand " + Millhand.version(),
        "Java " + Runtime.version() + ", " + System.getProperty("java.vendor")
      };
    }
  }
}
