// SPDX-License-Identifier: Apache-2.0
/** Certificates and keys from PEM files, for servers that are not started anew to change them. */
@NullMarked
package io.millhand.cli.tls;

import org.jspecify.annotations.NullMarked;
