// SPDX-License-Identifier: Apache-2.0
/**
 * Kubernetes' external.metrics.k8s.io/v1beta1: what a HorizontalPodAutoscaler asks, by way of
 * kube-apiserver, which forwards to this server. Why it is written here: ADR 0014.
 */
@NullMarked
package io.millhand.cli.external;

import org.jspecify.annotations.NullMarked;
