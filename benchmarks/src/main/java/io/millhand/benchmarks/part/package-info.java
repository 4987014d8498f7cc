// SPDX-License-Identifier: Apache-2.0
/** What is measured: one class for each part. */
@NullMarked
package io.millhand.benchmarks.part;

import org.jspecify.annotations.NullMarked;
