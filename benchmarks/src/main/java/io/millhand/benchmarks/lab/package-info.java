// SPDX-License-Identifier: Apache-2.0
/** Servers, streams and children of one run. */
@NullMarked
package io.millhand.benchmarks.lab;

import org.jspecify.annotations.NullMarked;
