// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the certificates are, as PEM.
 *
 * @param certificate ours, with its chain
 * @param key its key, as PKCS#8
 * @param clientCa who signs the certificates of those that may ask; empty: nobody needs one
 */
record TlsFiles(Path certificate, Path key, Optional<Path> clientCa) {}
