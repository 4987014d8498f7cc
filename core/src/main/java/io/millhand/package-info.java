// SPDX-License-Identifier: Apache-2.0
/** The front door: connect, start workers, send. */
@NullMarked
package io.millhand;

import org.jspecify.annotations.NullMarked;
