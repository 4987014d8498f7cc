// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millhand.cli.Escape;
import io.millhand.cli.http.Http.Answer;
import io.millhand.cli.http.Http.Request;
import io.millhand.cli.http.HttpFront;
import io.millhand.cli.http.MetricsForm;
import io.millhand.event.Listener;
import io.millhand.micrometer.MillhandMetrics;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metrics and probes of this process' workers over HTTP. What Prometheus reads is written by its
 * own library: with histograms the format is too much to keep right here.
 */
final class MetricsFront implements Telling {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.work");

  private final PrometheusMeterRegistry registry = registry();
  private final MillhandMetrics metrics = MillhandMetrics.listener(registry);
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final HttpFront front;

  private MetricsFront(InetSocketAddress address, Probes probes, HttpFront.Names names) {
    front =
        HttpFront.start(
            address,
            Map.of("metrics", this::scrape, "healthz", probes::healthz, "readyz", probes::readyz),
            names);
  }

  /**
   * Answers from now on.
   *
   * @throws io.millhand.cli.CommandFailure when the port cannot be had
   */
  static MetricsFront start(InetSocketAddress address, Probes probes, HttpFront.Names names) {
    var front = new MetricsFront(address, probes, names);
    log.info("metrics and probes on http://{}", HttpFront.shown(front.address()));
    return front;
  }

  /** Names of streams and groups were chosen by strangers, and end on terminals. */
  static PrometheusMeterRegistry registry() {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry
        .config()
        .meterFilter(
            new MeterFilter() {
              @Override
              public Meter.Id map(Meter.Id id) {
                return id.replaceTags(escaped(id.getTags()));
              }
            });
    return registry;
  }

  private static List<Tag> escaped(List<Tag> tags) {
    var escaped = new ArrayList<Tag>(tags.size());
    tags.forEach(tag -> escaped.add(Tag.of(tag.getKey(), Escape.text(tag.getValue()))));
    return escaped;
  }

  /** Where it listens. */
  InetSocketAddress address() {
    return front.address();
  }

  @Override
  public List<Listener> listeners() {
    return List.of(metrics);
  }

  private Answer scrape(Request request) {
    var form = MetricsForm.of(request.accept());
    // Not the library's own choice: asked for protobuf, it would fail for want of that.
    var writer =
        form == MetricsForm.OPEN_METRICS
            ? formats.getOpenMetricsTextFormatWriter()
            : formats.getPrometheusTextFormatWriter();
    var out = new ByteArrayOutputStream();
    try {
      writer.write(out, registry.getPrometheusRegistry().scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail so
    }
    return new Answer(200, form.contentType(), out.toByteArray());
  }

  @Override
  public void close() {
    front.close();
    metrics.close();
    registry.close();
  }
}
