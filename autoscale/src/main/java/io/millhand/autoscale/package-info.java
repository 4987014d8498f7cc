// SPDX-License-Identifier: Apache-2.0
/**
 * How many workers a group needs. Nothing here has a clock, reads Redis or starts anything: what
 * was measured goes in, a number with its reason comes out.
 */
@NullMarked
package io.millhand.autoscale;

import org.jspecify.annotations.NullMarked;
