// SPDX-License-Identifier: Apache-2.0
/** What runs in a process of its own, so that heaps, compiled code and CPU times are apart. */
@NullMarked
package io.millhand.benchmarks.child;

import org.jspecify.annotations.NullMarked;
