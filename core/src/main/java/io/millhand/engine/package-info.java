// SPDX-License-Identifier: Apache-2.0
/**
 * The line of a worker: read, dispatch, handle, settle; with the heartbeat, the keeper and the
 * time-out watch around it. Internal.
 */
@NullMarked
package io.millhand.engine;

import org.jspecify.annotations.NullMarked;
