// SPDX-License-Identifier: Apache-2.0
/**
 * One small program for each feature. The build compiles and runs all of them; what stands in the
 * README is cut from here.
 *
 * <p>Each takes the address of Redis as its first argument, else from the environment variable
 * {@code REDIS_URL}, else {@code redis://localhost:6379}.
 */
package io.millhand.examples;
