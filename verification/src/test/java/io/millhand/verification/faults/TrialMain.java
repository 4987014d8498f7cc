// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.faults;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;

import io.millhand.verification.faults.Result.End;
import io.millhand.verification.faults.Result.Verdict;
import io.millhand.verification.row.Measures;
import io.millhand.verification.row.RowExtension;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import tools.jackson.databind.json.JsonMapper;

/** One trial in a process of its own. Argument: JUnit's unique id of the test. */
final class TrialMain implements TestExecutionListener {

  /** Begins the line of standard output that tells the {@link End} as JSON. */
  static final String END = "TRIAL ENDED ";

  private final JsonMapper json = new JsonMapper();
  private Measures measures = Measures.NONE;
  private Verdict verdict = Verdict.SKIPPED;
  private String why = "there is no such test";

  private TrialMain() {}

  /** Runs it; the exit status is 0 whatever the verdict. */
  public static void main(String[] args) {
    var main = new TrialMain();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selectUniqueId(args[0])).build(),
            main);
    System.out.println(END + main.json.writeValueAsString(main.end()));
    System.exit(0); // whatever threads a failed test has left
  }

  private End end() {
    return new End(verdict, why, measures);
  }

  @Override
  public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
    var published = entry.getKeyValuePairs().get(RowExtension.MEASURES);
    if (published != null) {
      measures = json.readValue(published, Measures.class);
    }
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    why = reason;
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    switch (result.getStatus()) {
      case SUCCESSFUL -> {
        if (test.isTest() && verdict != Verdict.RED) {
          verdict = Verdict.GREEN;
          why = "";
        }
      }
      case ABORTED -> why = result.getThrowable().map(Throwable::getMessage).orElse("aborted");
      case FAILED -> {
        verdict = Verdict.RED;
        why = result.getThrowable().map(TrialMain::told).orElse("failed");
      }
    }
  }

  private static String told(Throwable failure) {
    var text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
