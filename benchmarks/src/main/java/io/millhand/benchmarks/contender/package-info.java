// SPDX-License-Identifier: Apache-2.0
/** Those that are measured: each takes a group's entries and acks them, in its own way. */
@NullMarked
package io.millhand.benchmarks.contender;

import org.jspecify.annotations.NullMarked;
