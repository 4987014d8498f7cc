// SPDX-License-Identifier: Apache-2.0
/** {@code millhand send}: adds entries from arguments, NDJSON or CSV. */
@NullMarked
package io.millhand.cli.send;

import org.jspecify.annotations.NullMarked;
