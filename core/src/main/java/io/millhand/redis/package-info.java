// SPDX-License-Identifier: Apache-2.0
/**
 * The Redis seam, an internal adapter: connections, scripts, key names and replies. Only this
 * package knows the client library; its callers speak in entries, deliveries and durations.
 */
@NullMarked
package io.millhand.redis;

import org.jspecify.annotations.NullMarked;
