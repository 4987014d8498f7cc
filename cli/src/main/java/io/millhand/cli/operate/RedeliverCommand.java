// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millhand redeliver}. */
@Command(
    name = "redeliver",
    description = {
      "Have entries delivered again that the group was given and that are not pending: they are due now,",
      "for this group alone, with a fresh set of attempts. What was handled is handled twice.",
      ""
    },
    footer = {
      "",
      "millhand audit names entries that need it. A dead letter comes back by millhand dead retry."
    })
public final class RedeliverCommand implements Callable<Integer> {

  private static final String WHAT = "redeliver";

  @Mixin private Handing handing = new Handing();

  /** Made for picocli. */
  public RedeliverCommand() {}

  @Override
  public Integer call() {
    var ids = handing.someIds();
    var plan =
        handing
            .plan(WHAT)
            .add("ids", ids)
            .warn("those of them that were handled are handled twice");
    if (!handing.confirmation().agreedTo(plan, handing.output())) {
      return ExitCode.OK;
    }
    try (var millhand = handing.redis().connect()) {
      var done = millhand.operator().redeliver(handing.stream(), handing.group(), ids);
      Facts.done(WHAT)
          .add("entries", done.done())
          .add("pendingAlready", done.pending())
          .add("trimmed", done.trimmed())
          .add("notYetDelivered", done.unread())
          .print(handing.output());
      return ExitCode.OK;
    }
  }
}
