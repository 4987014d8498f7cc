// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Whoever may write to a stream, or to a file that is read, does not choose what code runs. */
class ForeignCodeTest {

  private static final JavaClasses COMMAND =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.millhand.cli", "io.millhand.autoscale");

  @Test
  void nothing_reads_serialized_objects() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.ObjectInputStream")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.beans.XMLDecoder")
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("tools.jackson.databind.jsontype..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("com.fasterxml.jackson.annotation.JsonTypeInfo")
        .check(COMMAND);
  }

  /** Its limits would be the library's own else. */
  @Test
  void json_of_others_is_read_within_our_limits_alone() {
    noClasses()
        .that()
        .haveNameNotMatching("io\\.millhand\\.cli\\.Json(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("tools.jackson.databind.json.JsonMapper")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("tools.jackson.databind.ObjectMapper")
        .check(COMMAND);
  }

  /** The handler's class stands on the command line; the other one is of the JDK. */
  @Test
  void classes_are_named_by_nobody_but_the_command_line() {
    noClasses()
        .that()
        .haveNameNotMatching(
            "io\\.millhand\\.cli\\.(work\\.(ClassHandler|HandlerClassPath)|StopSignals)(\\$.*)?")
        .should()
        .callMethod(Class.class, "forName", String.class)
        .orShould()
        .callMethod(Class.class, "forName", String.class, boolean.class, ClassLoader.class)
        .orShould()
        .callMethod(ClassLoader.class, "loadClass", String.class)
        .check(COMMAND);
  }
}
