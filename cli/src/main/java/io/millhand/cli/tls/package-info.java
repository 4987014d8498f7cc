// SPDX-License-Identifier: Apache-2.0
/** TLS of our servers, which are not started anew to change their certificates. */
@NullMarked
package io.millhand.cli.tls;

import org.jspecify.annotations.NullMarked;
