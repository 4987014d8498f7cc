// SPDX-License-Identifier: Apache-2.0
/** What speaks to Redis without a client library: the yardstick, and what loads and asks. */
@NullMarked
package io.millhand.benchmarks.wire;

import org.jspecify.annotations.NullMarked;
