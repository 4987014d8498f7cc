// SPDX-License-Identifier: Apache-2.0
/**
 * The vocabulary: entries, deliveries, handlers, outcomes and the policies that judge them. Pure
 * values; nothing here knows Redis, threads or clocks.
 */
@NullMarked
package io.millhand.delivery;

import org.jspecify.annotations.NullMarked;
