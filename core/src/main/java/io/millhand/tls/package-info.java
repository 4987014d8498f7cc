// SPDX-License-Identifier: Apache-2.0
/**
 * Certificates and keys from files, for connections and servers that are not started anew to change
 * them. Internal: the command uses it, too; users name their files in {@link
 * io.millhand.config.TlsFiles}.
 */
@NullMarked
package io.millhand.tls;

import org.jspecify.annotations.NullMarked;
