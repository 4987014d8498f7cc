// SPDX-License-Identifier: Apache-2.0
/**
 * The errors that reach a user, each of which tells what failed, where, what happens now and what
 * can be done.
 */
@NullMarked
package io.millhand.error;

import org.jspecify.annotations.NullMarked;
