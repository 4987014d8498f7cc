// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millhand ack}. */
@Command(
    name = "ack",
    description = {
      "Ack pending entries by hand, which gives them up: nobody of the group handles them (again).",
      ""
    })
public final class AckCommand implements Callable<Integer> {

  private static final String WHAT = "ack";

  @Mixin private Handing handing = new Handing();

  /** Made for picocli. */
  public AckCommand() {}

  @Override
  public Integer call() {
    var ids = handing.someIds();
    var plan =
        handing
            .plan(WHAT)
            .add("ids", ids)
            .warn("these entries are given up, handled or not; they leave no dead letter");
    if (!handing.confirmation().agreedTo(plan, handing.output())) {
      return ExitCode.OK;
    }
    try (var millhand = handing.redis().connect()) {
      return handing.done(WHAT, millhand.operator().ack(handing.stream(), handing.group(), ids));
    }
  }
}
