// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.acl;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.RedisOptions;
import io.millhand.inspect.AccessRules;
import io.millhand.inspect.AccessRules.Role;
import io.millhand.inspect.AccessRules.Topology;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millhand acl}. */
@Command(
    name = "acl",
    description = {
      "Print the least that Redis must allow to a user of a role, as ACL SETUSER takes it.",
      "",
      "Nothing is sent: pipe it into redis-cli, or put it into an ACL file.",
      ""
    })
public final class AclCommand implements Callable<Integer> {

  /** Redis refuses it, where a password that works would be one that everybody knows. */
  private static final String NO_PASSWORD = "#SHA256-OF-THE-PASSWORD";

  private static final Pattern USER = Pattern.compile("[\\w.@:-]{1,100}");

  /** Where the line goes. */
  private enum Format {
    setuser,
    aclfile
  }

  /** As on the command line. */
  private enum Named {
    producer(Role.PRODUCER),
    worker(Role.WORKER),
    viewer(Role.VIEWER),
    operator(Role.OPERATOR);

    private final Role role;

    Named(Role role) {
      this.role = role;
    }
  }

  @Spec private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

  @Parameters(index = "0", paramLabel = "ROLE", description = "One of ${COMPLETION-CANDIDATES}.")
  private Named role = Named.viewer; // picocli insists on a value

  @Option(
      names = "--stream",
      paramLabel = "KEY",
      required = true,
      defaultValue = "${env:STREAM_KEY}",
      description = "The stream's key. Else STREAM_KEY.")
  private String stream = ""; // picocli insists on a value

  @Option(
      names = "--group",
      paramLabel = "NAME",
      defaultValue = "${env:GROUP_NAME}",
      description = "A worker's group; the others need none. Else GROUP_NAME.")
  private @Nullable String group;

  @Option(
      names = "--to",
      paramLabel = "KEY",
      description = "A stream that an operator copies or moves entries to; may be repeated.")
  private List<String> targets = new ArrayList<>();

  @Option(
      names = "--once",
      description = "For a producer that sends under a key, or sends again after a lost reply.")
  private boolean once;

  @Option(
      names = "--replicas",
      description = "For a producer that waits for replicas (Durability.replicas).")
  private boolean replicas;

  @Option(names = "--user", paramLabel = "NAME", description = "The user's name; else the role's.")
  private @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "Holds the user's password, of which the SHA-256 is printed.")
  private @Nullable Path passwordFile;

  @Option(names = "--cluster", description = "For the nodes of a Cluster.")
  private boolean cluster;

  @Option(
      names = "--sentinel",
      description = "Print what the user needs at the Sentinels, on a second line.")
  private boolean sentinel;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "setuser",
      description =
          "A command for redis-cli, or a line of an ACL file: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
  private Format format = Format.setuser;

  /** Made for picocli. */
  public AclCommand() {}

  @Override
  public Integer call() {
    check();
    print(rules());
    if (sentinel) {
      print(AccessRules.atSentinels());
    }
    return ExitCode.OK;
  }

  private void check() {
    if (stream.isEmpty()) {
      throw CommandFailure.usage("the stream has no name");
    }
    if (role == Named.worker && (group == null || group.isEmpty())) {
      throw CommandFailure.usage("a worker is of a group: name it with --group");
    }
    if (role != Named.operator && !targets.isEmpty()) {
      throw CommandFailure.usage("--to is for an operator: nobody else copies entries");
    }
    if (role != Named.producer && (once || replicas)) {
      throw CommandFailure.usage("--once and --replicas are for a producer: nobody else sends");
    }
    if (cluster && sentinel) {
      throw CommandFailure.usage(
          "a Cluster has no Sentinels: take one of --cluster and --sentinel");
    }
    if (!USER.matcher(name()).matches()) {
      throw CommandFailure.usage("--user must be letters, digits, and any of . @ : _ -");
    }
  }

  private String name() {
    return user == null ? role.name() : user;
  }

  private AccessRules rules() {
    var rules =
        AccessRules.of(
            role.role,
            stream,
            group == null ? "" : group,
            cluster ? Topology.CLUSTER : Topology.SERVER);
    if (once) {
      rules = rules.withOnce(stream);
    }
    if (replicas) {
      rules = rules.withReplicas();
    }
    for (var target : targets) {
      rules = rules.withTarget(target);
    }
    return rules;
  }

  private void print(AccessRules rules) {
    var words =
        switch (format) {
          case setuser -> "ACL SETUSER %s reset on".formatted(name());
          case aclfile -> "user %s on".formatted(name());
        };
    var out = spec.commandLine().getOut();
    out.println(String.join(" ", words, password(), String.join(" ", rules.words())));
    out.flush();
  }

  private String password() {
    if (passwordFile == null) {
      return NO_PASSWORD;
    }
    var password = RedisOptions.read(passwordFile);
    if (password.isEmpty()) {
      throw CommandFailure.usage("the password file %s is empty".formatted(passwordFile));
    }
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(password.getBytes(UTF_8));
      return "#" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
