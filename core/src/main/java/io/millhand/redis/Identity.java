// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

/**
 * Who a worker is in Redis.
 *
 * @param consumer its consumer name
 * @param bootId of this run of it: told apart from another run under the same name
 */
public record Identity(String consumer, String bootId) {}
