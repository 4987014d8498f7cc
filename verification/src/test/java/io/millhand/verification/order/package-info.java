// SPDX-License-Identifier: Apache-2.0
/** Whether order by key is kept, by processes that are killed and that come and go. */
@NullMarked
package io.millhand.verification.order;

import org.jspecify.annotations.NullMarked;
