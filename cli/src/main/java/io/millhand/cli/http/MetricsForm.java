// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.http;

import java.util.Locale;
import java.util.regex.Pattern;

/** The two texts in which Prometheus reads metrics. */
public enum MetricsForm {
  /** Prometheus' own, the default. */
  TEXT("text/plain; version=0.0.4; charset=utf-8", "text/plain"),
  /** OpenMetrics: with units, and an end by which a torn reply is told from a whole one. */
  OPEN_METRICS(
      "application/openmetrics-text; version=1.0.0; charset=utf-8", "application/openmetrics-text");

  private static final Pattern QUALITY = Pattern.compile(";\\s*q=(\\d(?:\\.\\d{1,3})?)");

  private final String contentType;
  private final String mediaType;

  MetricsForm(String contentType, String mediaType) {
    this.contentType = contentType;
    this.mediaType = mediaType;
  }

  /** What the client likes better, by its Accept header; the plain text where it does not say. */
  public static MetricsForm of(String accept) {
    return OPEN_METRICS.quality(accept) > TEXT.quality(accept) ? OPEN_METRICS : TEXT;
  }

  private double quality(String accept) {
    var best = 0.0;
    for (var range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
      if (range.strip().startsWith(mediaType)) {
        var quality = QUALITY.matcher(range);
        best = Math.max(best, quality.find() ? Double.parseDouble(quality.group(1)) : 1);
      }
    }
    return best;
  }

  /** For the answer's Content-Type. */
  public String contentType() {
    return contentType;
  }
}
