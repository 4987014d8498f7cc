// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millhand release}. */
@Command(
    name = "release",
    description = {
      "Make pending entries due now, for whichever worker comes first; no attempt is counted.",
      "What waits for a retry comes at once. A handler that has one of them goes on, so it may be handled twice.",
      ""
    })
public final class ReleaseCommand implements Callable<Integer> {

  private static final String WHAT = "release";

  @Option(
      names = "--consumer",
      paramLabel = "NAME",
      description = "All that is pending at that consumer, instead of ids.")
  private @Nullable String consumer;

  @Mixin private Handing handing = new Handing();

  /** Made for picocli. */
  public ReleaseCommand() {}

  @Override
  public Integer call() {
    var from = consumer;
    if (from != null && handing.hasIds()) {
      throw CommandFailure.usage("--consumer stands instead of ids");
    }
    var plan =
        from == null
            ? handing.plan(WHAT).add("ids", handing.someIds())
            : handing.plan(WHAT).add("consumer", from);
    if (!handing.confirmation().goesOn(plan, handing.output())) {
      return ExitCode.OK;
    }
    try (var millhand = handing.redis().connect()) {
      var operator = millhand.operator();
      return handing.done(
          WHAT,
          from == null
              ? operator.release(handing.stream(), handing.group(), handing.ids())
              : operator.releaseAll(handing.stream(), handing.group(), from));
    }
  }
}
