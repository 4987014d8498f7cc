// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import io.millhand.redis.Keys;
import io.millhand.redis.OperateCommands;

/**
 * One action of an operator while it goes on.
 *
 * @param redis its connection
 * @param keys of the stream and group; the group is empty where the stream alone is meant
 * @param audit what will be told of it
 */
record Deed(OperateCommands redis, Keys keys, AuditEntry audit) {}
