// SPDX-License-Identifier: Apache-2.0
/**
 * What operators do: {@code millhand release|ack|claim|group|consumer|trim|copy|move|dead}. Each
 * command makes a plan from what it reads, lets {@link io.millhand.cli.operate.Confirmation} show
 * it or ask, has the Operator do it, and prints what was done.
 */
@NullMarked
package io.millhand.cli.operate;

import org.jspecify.annotations.NullMarked;
