// SPDX-License-Identifier: Apache-2.0
/**
 * The read model: snapshots of streams, groups, consumers, pending, deferred and dead entries, and
 * the actions of an operator on them.
 */
@NullMarked
package io.millhand.inspect;

import org.jspecify.annotations.NullMarked;
