// SPDX-License-Identifier: Apache-2.0
/**
 * {@code millhand demo}: a Redis, a producer and worker processes, some of which are killed, and
 * the proof from ledgers outside Redis that nothing was lost.
 *
 * <p>The parent ({@link io.millhand.cli.demo.Demo}) starts children of the same executable, hears
 * of them through lines on their standard output, and alone decides who is killed and when it is
 * over. A child whose standard input ends has lost its parent and goes.
 */
@NullMarked
package io.millhand.cli.demo;

import org.jspecify.annotations.NullMarked;
