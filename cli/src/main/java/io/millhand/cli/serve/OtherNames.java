// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

/** Names that others gave to what we can tell, so that what was made for them works. */
enum OtherNames {
  /** Those of redis_exporter. */
  REDIS_EXPORTER {
    @Override
    MetricSet set(int database, int consumers) {
      return new RedisExporterMetrics(database, consumers);
    }
  },
  /** Those of a much-copied recipe for Kubernetes. */
  ARTICLE {
    @Override
    MetricSet set(int database, int consumers) {
      return new ArticleMetrics(database);
    }
  };

  /**
   * The metrics of those names.
   *
   * @param database the number of the database, which is a label of each
   * @param consumers how many consumers are shown at most
   */
  abstract MetricSet set(int database, int consumers);
}
