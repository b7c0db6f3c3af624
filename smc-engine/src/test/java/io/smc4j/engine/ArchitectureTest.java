package io.smc4j.engine;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.Architectures;
import io.smc4j.engine.nio.SmcProviderFactory;
import io.smc4j.engine.nio.SmcSelectorProvider;

/** Imports go downwards only. */
@AnalyzeClasses(packages = "io.smc4j.engine", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.smc4j.engine";

    @ArchTest
    static final ArchRule LAYERS = Architectures.layeredArchitecture().consideringOnlyDependenciesInLayers()
            .layer("agent").definedBy(ROOT + ".agent")
            .layer("cli").definedBy(ROOT + ".cli")
            .layer("nio").definedBy(ROOT + ".nio")
            .layer("nio.select").definedBy(ROOT + ".nio.select")
            .layer("nio.socket").definedBy(ROOT + ".nio.socket")
            .layer("core").definedBy(ROOT + ".core")
            .layer("negotiation").definedBy(ROOT + ".negotiation")
            .layer("discovery").definedBy(ROOT + ".discovery")
            .layer("discovery.directory").definedBy(ROOT + ".discovery.directory")
            .layer("connection").definedBy(ROOT + ".connection")
            .layer("smcd").definedBy(ROOT + ".smcd")
            .layer("smcr").definedBy(ROOT + ".smcr")
            .layer("link").definedBy(ROOT + ".link")
            .layer("events").definedBy(ROOT + ".events")
            .layer("jmx").definedBy(ROOT + ".jmx")
            .layer("wire").definedBy(ROOT + ".wire")
            .layer("os").definedBy(ROOT + ".os..")
            .whereLayer("agent").mayNotBeAccessedByAnyLayer()
            .whereLayer("cli").mayNotBeAccessedByAnyLayer()
            .whereLayer("nio").mayOnlyBeAccessedByLayers("agent", "cli")
            .whereLayer("jmx").mayOnlyBeAccessedByLayers("cli", "nio")
            .whereLayer("nio.select").mayOnlyBeAccessedByLayers("agent", "nio")
            .whereLayer("nio.socket").mayOnlyBeAccessedByLayers("nio")
            .whereLayer("core").mayOnlyBeAccessedByLayers("nio")
            .whereLayer("negotiation").mayOnlyBeAccessedByLayers("core", "nio")
            .whereLayer("discovery").mayOnlyBeAccessedByLayers("core", "nio", "negotiation")
            .whereLayer("discovery.directory").mayOnlyBeAccessedByLayers("discovery", "negotiation", "core", "nio")
            .whereLayer("connection").mayOnlyBeAccessedByLayers("cli", "nio", "nio.select", "negotiation")
            .whereLayer("smcd").mayOnlyBeAccessedByLayers("core", "nio", "negotiation", "discovery",
                    "discovery.directory")
            .whereLayer("smcr").mayOnlyBeAccessedByLayers("core", "negotiation", "discovery")
            .whereLayer("link")
            .mayOnlyBeAccessedByLayers("core", "nio", "nio.select", "negotiation", "discovery", "discovery.directory",
                    "connection", "smcd", "smcr");

    @ArchTest
    static final ArchRule WIRE_STANDS_ALONE = standsAlone(ROOT + ".wire");

    @ArchTest
    static final ArchRule OS_STANDS_ALONE = standsAlone(ROOT + ".os..");

    @ArchTest
    static final ArchRule BPF_STANDS_ON_OS_ALONE = noClasses().that().resideInAPackage(ROOT + ".os.bpf").should()
            .dependOnClassesThat(resideInAPackage(ROOT + "..")
            .and(not(resideInAnyPackage(ROOT + ".os", ROOT + ".os.bpf"))));

    private static ArchRule standsAlone(String name) {
        return noClasses().that().resideInAPackage(name).should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAPackage(name))));
    }

    /** The rest of the layer does without RDMA, and without its library. */
    @ArchTest
    static final ArchRule REPORTS_STAND_ON_VALUES_ALONE = noClasses().that().resideInAPackage(ROOT + ".report").should()
            .dependOnClassesThat(resideInAPackage(ROOT + ".*..").and(not(resideInAPackage(ROOT + ".report"))))
            .because("they load on Java 17 as well");

    @ArchTest
    static final ArchRule EVENTS_STAND_ON_VALUES_ALONE = noClasses().that().resideInAPackage(ROOT + ".events").should()
            .dependOnClassesThat(resideInAPackage(ROOT + ".*..").and(not(resideInAPackage(ROOT + ".events"))));

    /** A process may be without the module. */
    @ArchTest
    static final ArchRule FLIGHT_RECORDER_IS_BEHIND_EVENTS = noClasses().that()
            .resideOutsideOfPackage(ROOT + ".events").should().dependOnClassesThat(resideInAPackage("jdk.jfr.."));

    @ArchTest
    static final ArchRule VERBS_ARE_ON_TOP = noClasses().that().resideInAPackage(ROOT + ".os")
            .should().dependOnClassesThat(resideInAPackage(ROOT + ".os.verbs"));

    @ArchTest
    static final ArchRule VALUES_STAND_ALONE = noClasses().that().resideInAPackage(ROOT).should()
            .dependOnClassesThat(resideInAPackage(ROOT + ".*.."))
            .because("the values load on Java 17, which loads nothing below them");

    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_DEPENDENCIES = classes().should().onlyDependOnClassesThat()
            .resideInAnyPackage(ROOT + "..", "java..", "javax.management..", "com.sun.tools.attach", "jdk.net",
                    "jdk.jfr");

    /**
     * The codecs and system calls are libraries, complete in themselves; of nested interfaces only lambdas show a use,
     * and of services none.
     */
    @ArchTest
    static final ArchRule NOTHING_IS_PUBLIC_FOR_NOTHING = classes().that()
            .resideInAnyPackage(ROOT + ".nio..", ROOT + ".core", ROOT + ".negotiation", ROOT + ".discovery..",
            ROOT + ".connection", ROOT + ".smcd", ROOT + ".smcr",
                    ROOT + ".link", ROOT + ".events")
            .and().arePublic().and().areTopLevelClasses().and(not(equivalentTo(SmcSelectorProvider.class)))
            .and(not(equivalentTo(SmcProviderFactory.class)))
            .should(beUsedOutsideTheirPackage());

    private static ArchCondition<JavaClass> beUsedOutsideTheirPackage() {
        return new ArchCondition<>(
                "be used outside their package, or returned by a public method, or else be package-private") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean used = type.getDirectDependenciesToSelf().stream()
                        .anyMatch(d -> !d.getOriginClass().getPackageName().equals(type.getPackageName()));
                boolean returned = type.getDirectDependenciesToSelf().stream().map(Dependency::getOriginClass)
                        .distinct()
                        .filter(origin -> origin.getModifiers().contains(JavaModifier.PUBLIC))
                        .flatMap(origin -> origin.getMethods().stream())
                        .anyMatch(method -> method.getModifiers().contains(JavaModifier.PUBLIC)
                                && method.getRawReturnType().equals(type) && !method.getOwner().equals(type));
                events.add(new SimpleConditionEvent(type, used || returned,
                        type.getName() + " is used in its package only"));
            }
        };
    }
}
