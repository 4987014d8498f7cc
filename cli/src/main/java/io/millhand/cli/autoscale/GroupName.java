// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

/**
 * A group of a stream.
 *
 * @param stream the stream's key
 * @param group the group's name
 */
public record GroupName(String stream, String group) {}
