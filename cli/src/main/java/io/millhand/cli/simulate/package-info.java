// SPDX-License-Identifier: Apache-2.0
/**
 * {@code millhand simulate}: shows what the scaler would do, beside others, before it is let do it.
 */
@NullMarked
package io.millhand.cli.simulate;

import org.jspecify.annotations.NullMarked;
