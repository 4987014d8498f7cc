// SPDX-License-Identifier: Apache-2.0
/** {@code millhand top}: all groups, live, on a terminal. */
@NullMarked
package io.millhand.cli.top;

import org.jspecify.annotations.NullMarked;
