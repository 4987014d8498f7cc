// SPDX-License-Identifier: Apache-2.0
/**
 * What shipped classes run on in a simulation in place of threads, clocks, chance and sockets: one
 * thread, virtual time, a seed.
 */
@NullMarked
package io.millhand.sim.world;

import org.jspecify.annotations.NullMarked;
