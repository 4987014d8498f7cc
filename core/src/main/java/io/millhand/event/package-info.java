// SPDX-License-Identifier: Apache-2.0
/**
 * What a worker tells while it works: one sealed family of records, given to listeners in the order
 * in which each thread saw them.
 */
@NullMarked
package io.millhand.event;

import org.jspecify.annotations.NullMarked;
