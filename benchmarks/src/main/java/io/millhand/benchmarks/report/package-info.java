// SPDX-License-Identifier: Apache-2.0
/** What was measured, and how it is told. */
@NullMarked
package io.millhand.benchmarks.report;

import org.jspecify.annotations.NullMarked;
