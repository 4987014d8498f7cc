// SPDX-License-Identifier: Apache-2.0
/** The command {@code benchmarks/run}. */
@NullMarked
package io.millhand.benchmarks;

import org.jspecify.annotations.NullMarked;
