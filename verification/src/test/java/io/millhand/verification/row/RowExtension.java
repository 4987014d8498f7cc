// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.row;

import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import tools.jackson.databind.json.JsonMapper;

/** The engine of {@link Row}: hands out the trial, and publishes what it measured. */
public final class RowExtension
    implements ParameterResolver, TestExecutionExceptionHandler, AfterEachCallback {

  /** The key of the report entry that holds the {@link Measures} as JSON. */
  public static final String MEASURES = "measures";

  private static final Namespace NAMESPACE = Namespace.create(RowExtension.class);
  private static final int SEEDS = 1_000_000;

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Trial.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return trial(context);
  }

  /** Tells the seed with the failure, where nobody can overlook it. */
  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    var seed = trial(context).seed();
    failure.addSuppressed(
        new Exception("seed %d; -D%s=%d repeats it".formatted(seed, Trial.SEED, seed)));
    throw failure;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    var json = new JsonMapper().writeValueAsString(trial(context).measures());
    context.publishReportEntry(MEASURES, json);
  }

  private static Trial trial(ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .computeIfAbsent(
            Trial.class,
            key ->
                new Trial(
                    context.getRequiredTestClass().getSimpleName()
                        + "."
                        + context.getRequiredTestMethod().getName(),
                    Long.getLong(Trial.SEED, ThreadLocalRandom.current().nextInt(SEEDS))),
            Trial.class);
  }
}
