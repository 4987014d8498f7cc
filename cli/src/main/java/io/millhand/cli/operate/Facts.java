// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.operate;

import io.millhand.cli.Escape;
import io.millhand.cli.Output;
import io.millhand.cli.Sheet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What would be done, or was: a {@link Sheet} with a head, and warnings. Used by one thread. */
final class Facts {

  private final String kind;
  private final String what;
  private final Sheet sheet = new Sheet();
  private final List<String> warnings = new ArrayList<>();

  private Facts(String kind, String what) {
    this.kind = kind;
    this.what = what;
  }

  /** What would be done. */
  static Facts plan(String what) {
    return new Facts("plan", what);
  }

  /** What was done. */
  static Facts done(String what) {
    return new Facts("done", what);
  }

  /** See {@link Sheet#add}. */
  Facts add(String name, Object value) {
    sheet.add(name, value);
    return this;
  }

  /** Something to think about first. */
  Facts warn(String text) {
    warnings.add(text);
    return this;
  }

  void print(Output output) {
    if (output.isJson()) {
      output.json(json());
    } else {
      output.line((kind.equals("plan") ? "Plan: " : "Done: ") + what);
      sheet.lines().forEach(output::line);
      warnings.forEach(warning -> output.line("  ! " + Escape.line(warning)));
    }
  }

  private Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put(kind, what);
    json.putAll(sheet.json());
    if (!warnings.isEmpty()) {
      json.put("warnings", warnings);
    }
    return json;
  }
}
