// SPDX-License-Identifier: Apache-2.0
/**
 * {@code millhand scale}: keeps as many worker processes on this machine as a group needs.
 *
 * <p>The {@link io.millhand.cli.scale.Foreman} alone starts and ends them; how many there are to be
 * it reads from the board of {@link io.millhand.cli.autoscale.Signals}.
 */
@NullMarked
package io.millhand.cli.scale;

import org.jspecify.annotations.NullMarked;
