// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.cli.Escape;
import io.millhand.cli.http.MetricsForm;
import io.millhand.cli.serve.Sheet.Sample;
import java.util.List;

/**
 * The two texts in which Prometheus reads metrics. Values of labels were chosen by strangers: what
 * could move a terminal's cursor is escaped as everywhere, before the format's own escapes.
 */
enum Exposition {
  /** Prometheus' own, the default. */
  TEXT(MetricsForm.TEXT),
  /** OpenMetrics: with units, and an end by which a torn reply is told from a whole one. */
  OPEN_METRICS(MetricsForm.OPEN_METRICS);

  private static final String TOTAL = "_total";

  private final MetricsForm form;

  Exposition(MetricsForm form) {
    this.form = form;
  }

  /** What the client likes better, by its Accept header; the plain text where it does not say. */
  static Exposition of(String accept) {
    return MetricsForm.of(accept) == MetricsForm.OPEN_METRICS ? OPEN_METRICS : TEXT;
  }

  String contentType() {
    return form.contentType();
  }

  /** All of it. */
  byte[] write(Sheet sheet) {
    var out = new StringBuilder(64 * 1024);
    sheet.samples().forEach((metric, samples) -> family(out, metric, samples));
    if (this == OPEN_METRICS) {
      out.append("# EOF\n");
    }
    return out.toString().getBytes(UTF_8);
  }

  private void family(StringBuilder out, Metric metric, List<Sample> samples) {
    var name = familyName(metric);
    comment(out, "HELP", name, help(metric));
    comment(out, "TYPE", name, metric.type().toString());
    if (this == OPEN_METRICS && !metric.unit().isEmpty()) {
      comment(out, "UNIT", name, metric.unit());
    }
    for (var sample : samples) {
      out.append(metric.name());
      labels(out, metric.labels(), sample.labels());
      out.append(' ').append(number(sample.value())).append('\n');
    }
  }

  /** OpenMetrics names a counter without the ending of its samples. */
  private String familyName(Metric metric) {
    return this == OPEN_METRICS && metric.type() == Metric.Type.COUNTER
        ? metric.name().substring(0, metric.name().length() - TOTAL.length())
        : metric.name();
  }

  private String help(Metric metric) {
    var help = metric.help().replace("\\", "\\\\").replace("\n", "\\n");
    return this == OPEN_METRICS ? help.replace("\"", "\\\"") : help;
  }

  private static void comment(StringBuilder out, String what, String name, String text) {
    out.append("# ").append(what).append(' ').append(name).append(' ').append(text).append('\n');
  }

  private static void labels(StringBuilder out, List<String> names, List<String> values) {
    for (int i = 0; i < names.size(); i++) {
      out.append(i == 0 ? '{' : ',').append(names.get(i)).append("=\"");
      value(out, Escape.text(values.get(i)));
      out.append('"');
    }
    if (!names.isEmpty()) {
      out.append('}');
    }
  }

  private static void value(StringBuilder out, String text) {
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '\\' || c == '"') {
        out.append('\\');
      }
      out.append(c);
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1L << 53
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
