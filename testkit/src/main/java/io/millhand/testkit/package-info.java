// SPDX-License-Identifier: Apache-2.0
/**
 * What tests of Redis Streams code need: a real server ({@link io.millhand.testkit.EmbeddedRedis}),
 * a view of it that shares no code with any client library ({@link
 * io.millhand.testkit.RedisProbe}), a JUnit annotation ({@link io.millhand.testkit.WithRedis}), a
 * network that fails on command ({@link io.millhand.testkit.FaultProxy}), processes that can be
 * killed ({@link io.millhand.testkit.ChildProcess}) and a ledger that proves what was handled
 * ({@link io.millhand.testkit.Ledger}).
 */
@NullMarked
package io.millhand.testkit;

import org.jspecify.annotations.NullMarked;
