// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millhand claim}. */
@Command(
    name = "claim",
    description = {
      "Give pending entries to a consumer by name, whoever has them; no delivery is counted.",
      "A worker finds and handles them soon; a client of another kind must look for itself.",
      ""
    })
public final class ClaimCommand implements Callable<Integer> {

  private static final String WHAT = "claim";

  @Option(
      names = "--to",
      paramLabel = "NAME",
      required = true,
      description = "The consumer. One that does not exist is made.")
  private String to = ""; // picocli insists on a value

  @Mixin private Handing handing = new Handing();

  /** Made for picocli. */
  public ClaimCommand() {}

  @Override
  public Integer call() {
    var ids = handing.someIds();
    var plan = handing.plan(WHAT).add("to", to).add("ids", ids);
    if (!handing.confirmation().goesOn(plan, handing.output())) {
      return ExitCode.OK;
    }
    try (var millhand = handing.redis().connect()) {
      return handing.done(
          WHAT, millhand.operator().claim(handing.stream(), handing.group(), to, ids));
    }
  }
}
