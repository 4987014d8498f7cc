// SPDX-License-Identifier: Apache-2.0
package io.millhand;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.millhand");

  @Test
  void imports_run_downward_only() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("front")
        .definedBy("io.millhand")
        .layer("engine")
        .definedBy("io.millhand.engine")
        .layer("inspect")
        .definedBy("io.millhand.inspect")
        .layer("redis")
        .definedBy("io.millhand.redis")
        .layer("tls")
        .definedBy("io.millhand.tls")
        .layer("event")
        .definedBy("io.millhand.event")
        .layer("config")
        .definedBy("io.millhand.config")
        .layer("error")
        .definedBy("io.millhand.error")
        .layer("delivery")
        .definedBy("io.millhand.delivery")
        .whereLayer("front")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("engine")
        .mayOnlyBeAccessedByLayers("front")
        .whereLayer("inspect")
        .mayOnlyBeAccessedByLayers("front")
        .whereLayer("redis")
        .mayOnlyBeAccessedByLayers("front", "engine", "inspect")
        .whereLayer("tls")
        .mayOnlyBeAccessedByLayers("front")
        .whereLayer("event")
        .mayOnlyBeAccessedByLayers("front", "engine")
        .whereLayer("config")
        .mayOnlyBeAccessedByLayers("front", "engine", "inspect", "redis", "tls")
        .whereLayer("error")
        .mayOnlyBeAccessedByLayers("front", "engine", "inspect", "redis", "config", "tls")
        .check(CORE);
  }

  @Test
  void only_the_seam_knows_sockets_and_tls_their_factories() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.millhand.redis", "io.millhand.tls", "io.millhand.testkit")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.net.Socket")
        .check(CORE);
  }

  @Test
  void the_vocabulary_knows_neither_threads_nor_logs() {
    noClasses()
        .that()
        .resideInAPackage("io.millhand.delivery")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.concurrent..", "org.slf4j..")
        .check(CORE);
  }

  @Test
  void nothing_sleeps_in_the_engine() {
    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .check(CORE);
  }

  /** Whoever may write to a stream must not choose what code runs. */
  @Test
  void no_object_is_made_of_what_an_entry_holds() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.ObjectInputStream")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.beans.XMLDecoder")
        .orShould()
        .callMethod(Class.class, "forName", String.class)
        .orShould()
        .callMethod(ClassLoader.class, "loadClass", String.class)
        .check(CORE);
  }
}
