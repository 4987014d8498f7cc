// SPDX-License-Identifier: Apache-2.0
/**
 * Plays workers against a simulated server: what befalls them, who keeps the books, and who judges.
 * Loaded by {@link io.millhand.sim.world.SimLoader}, together with all that we ship.
 */
@NullMarked
package io.millhand.sim.story;

import org.jspecify.annotations.NullMarked;
