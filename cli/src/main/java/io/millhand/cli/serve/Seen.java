// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.inspect.Survey;
import io.millhand.inspect.Trend.Watched;
import java.util.List;

/**
 * What one look saw.
 *
 * @param survey the look
 * @param groups its groups, with what earlier looks tell about them
 */
record Seen(Survey survey, List<Watched> groups) {}
