// SPDX-License-Identifier: Apache-2.0
/**
 * {@code millhand groups|consumers|pending|dead|group}: thin views over the Inspector, as tables
 * for people and as JSON lines with stable names for programs.
 */
@NullMarked
package io.millhand.cli.view;

import org.jspecify.annotations.NullMarked;
