// SPDX-License-Identifier: Apache-2.0
/**
 * Partitioned streams: where an entry goes, which partitions there are, and who works on which.
 * Internal.
 */
@NullMarked
package io.millhand.partition;

import org.jspecify.annotations.NullMarked;
