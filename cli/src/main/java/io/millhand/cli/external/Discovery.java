// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import io.millhand.Millhand;
import io.millhand.cli.Json;
import tools.jackson.core.JsonGenerator;

/**
 * What this API consists of. kube-apiserver asks for {@link #resources} all the time to see whether
 * this server is available; clients such as kubectl ask for the others.
 */
final class Discovery {

  static final String GROUP = "external.metrics.k8s.io";
  static final String VERSION = "v1beta1";
  static final String GROUP_VERSION = GROUP + "/" + VERSION;

  private Discovery() {}

  /** All groups: the one. */
  static String groups() {
    return Json.write(
        json -> {
          begin(json, "APIGroupList");
          json.writeName("groups").writeStartArray().writeStartObject();
          writeGroup(json);
          json.writeEndObject().writeEndArray().writeEndObject();
        });
  }

  /** The group. */
  static String group() {
    return Json.write(
        json -> {
          begin(json, "APIGroup");
          writeGroup(json);
          json.writeEndObject();
        });
  }

  private static void writeGroup(JsonGenerator json) {
    json.writeStringProperty("name", GROUP);
    json.writeName("versions").writeStartArray();
    writeVersion(json);
    json.writeEndArray();
    json.writeName("preferredVersion");
    writeVersion(json);
  }

  private static void writeVersion(JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("groupVersion", GROUP_VERSION);
    json.writeStringProperty("version", VERSION);
    json.writeEndObject();
  }

  /** All metrics, which are resources to Kubernetes. */
  static String resources() {
    return Json.write(
        json -> {
          begin(json, "APIResourceList");
          json.writeStringProperty("groupVersion", GROUP_VERSION);
          json.writeName("resources").writeStartArray();
          for (var metric : ExternalMetric.values()) {
            writeResource(json, metric);
          }
          json.writeEndArray().writeEndObject();
        });
  }

  private static void writeResource(JsonGenerator json, ExternalMetric metric) {
    json.writeStartObject();
    json.writeStringProperty("name", metric.metricName());
    json.writeStringProperty("singularName", "");
    json.writeBooleanProperty("namespaced", true);
    json.writeStringProperty("kind", "ExternalMetricValueList");
    json.writeName("verbs").writeStartArray().writeString("get").writeEndArray();
    json.writeEndObject();
  }

  /** Which version of ours this is. */
  static String version() {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("major", "");
          json.writeStringProperty("minor", "");
          json.writeStringProperty("gitVersion", Millhand.version());
          json.writeEndObject();
        });
  }

  private static void begin(JsonGenerator json, String kind) {
    json.writeStartObject();
    json.writeStringProperty("kind", kind);
    json.writeStringProperty("apiVersion", "v1");
  }
}
