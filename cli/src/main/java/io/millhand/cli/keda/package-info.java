// SPDX-License-Identifier: Apache-2.0
/**
 * Serves KEDA's external scaler over gRPC. Nothing of gRPC is loaded unless {@link
 * io.millhand.cli.keda.KedaOptions} was given a port.
 */
@NullMarked
package io.millhand.cli.keda;

import org.jspecify.annotations.NullMarked;
