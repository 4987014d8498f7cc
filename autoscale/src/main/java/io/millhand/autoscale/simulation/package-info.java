// SPDX-License-Identifier: Apache-2.0
/**
 * A fleet of workers on a virtual clock, and who decides how large it is: {@link
 * io.millhand.autoscale.Scaler} as it is, through an exact model of the HorizontalPodAutoscaler or
 * without, beside the rules of others. The same seed gives the same run, to the last digit.
 *
 * <p>Times are seconds since the start of a run, as doubles. Nothing here is thread-safe, but
 * records and what says so; runs share nothing and may be made on many threads.
 */
@NullMarked
package io.millhand.autoscale.simulation;

import org.jspecify.annotations.NullMarked;
