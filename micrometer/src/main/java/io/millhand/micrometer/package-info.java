// SPDX-License-Identifier: Apache-2.0
/**
 * Metrics of workers, for any registry of Micrometer. {@link
 * io.millhand.micrometer.MillhandMetrics} is a listener; the rest is internal.
 */
@NullMarked
package io.millhand.micrometer;

import org.jspecify.annotations.NullMarked;
