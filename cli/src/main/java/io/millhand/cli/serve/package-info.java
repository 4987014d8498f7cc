// SPDX-License-Identifier: Apache-2.0
/**
 * {@code millhand serve}: what can be seen of streams and groups, over HTTP, for Prometheus and for
 * probes; read-only.
 *
 * <p>A scrape is one {@link io.millhand.cli.serve.Collector collection}: one survey of Redis, whose
 * figures each {@link io.millhand.cli.serve.MetricSet} puts on a {@link
 * io.millhand.cli.serve.Sheet}, which {@link io.millhand.cli.serve.Exposition} writes. Nothing is
 * kept from one scrape to the next.
 */
@NullMarked
package io.millhand.cli.serve;

import org.jspecify.annotations.NullMarked;
