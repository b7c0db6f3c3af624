package io.smc4j.spring.boot.autoconfigure;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.smc4j.spring.boot", importOptions = DoNotIncludeTests.class)
class DependencyRulesTests {

    private static final String ROOT = "io.smc4j.spring.boot.autoconfigure";

    @ArchTest
    static final ArchRule onlyTheEnginesValuesAreUsed = noClasses()
            .should().dependOnClassesThat(resideInAPackage("io.smc4j.engine.*..")
                    .and(not(resideInAPackage("io.smc4j.engine.report"))))
            .because("all of it must load on Java versions that load nothing of the engine but its values and reports");

    @ArchTest
    static final ArchRule theRootKnowsNoSubPackage = noClasses()
            .that().resideInAPackage(ROOT)
            .should().dependOnClassesThat().resideInAPackage(ROOT + ".*..");

    @ArchTest
    static final ArchRule subPackagesKnowEachOtherOnlyOneWay = slices().matching(ROOT + ".(*)..").should()
            .beFreeOfCycles();
}
