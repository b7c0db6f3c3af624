package io.smc4j.samples.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static Options options(String line) {
        return Options.parse(line.isEmpty() ? new String[0] : line.split(" "), Path.of("."));
    }

    private static List<Task> tasks(String line) {
        return new Plan(options(line)).tasks();
    }

    @Test
    void quickTakesAboutFiveMinutesWithAWholeWarmUp() {
        Options quick = options("--quick");

        assertThat(new Plan(quick).tasks()).allSatisfy(task -> assertThat(task.warmUpSeconds())
                .isGreaterThanOrEqualTo(15 * task.variants().size()));
        assertThat(new Plan(quick).tasks().stream().mapToDouble(task -> task.seconds(quick)).sum())
                .isBetween(200.0, 330.0);
    }

    @Test
    void comparesSmcInEachTask() {
        assertThat(tasks("")).isNotEmpty().allSatisfy(task -> assertThat(task.variants()).anyMatch(Variant::isSmc)
                .anyMatch(variant -> !variant.isSmc()));
    }

    @Test
    void takesOneLoopAndTheLibrarysNumberWhereThereAreLoops() {
        assertThat(tasks("--pairs http-client,stream").stream().map(task -> task.variants().get(0).loops()))
                .containsExactly(1, 0, 0);
    }

    @Test
    void leavesOutTransportsThatThePairDoesNotHave() {
        List<Task> tasks = tasks("--pairs http-client,stream --loops 1 --transports smc,epoll,smc-fallback");

        assertThat(tasks).extracting(task -> task.variants().stream().map(Variant::transport).toList())
                .containsExactly(List.of("smc", "epoll", "smc-fallback"), List.of("smc", "smc-fallback"));
    }

    @Test
    void hasNoTaskForAPairWithoutAnyOfTheTransports() {
        assertThat(tasks("--pairs stream --transports epoll")).isEmpty();
    }

    @Test
    void onlyRunsScenariosIfTheyAreAskedFor() {
        assertThat(tasks("--scenario idle")).isEmpty();
        assertThat(tasks("--scenario idle --pairs stream")).hasSize(1);
    }

    @Test
    void givesSettingsToSmcOnly() {
        assertThat(tasks("--pairs stream --transports smc,jdk --smc spin-mode=never").get(0).variants())
                .extracting(Variant::settings).containsExactly(List.of("spin-mode=never"), List.of());
    }

    @Test
    void doesNotHaveTooMuchUnderWayUnlessAskedTo() {
        assertThat(tasks("--pairs http-client").get(0).loads()).contains(new Load(64, 1 << 20, 0))
                .doesNotContain(new Load(256, 1 << 20, 0)).contains(new Load(1, 128, 800));
        assertThat(tasks("--pairs http-client --connections 256").get(0).loads()).contains(new Load(256, 1 << 20, 0));
    }

    @Test
    void keepsOthersBusyInTheScenarioOfThatName() {
        assertThat(new Scenarios(options("--scenario burners"), null).tasks())
                .extracting(task -> task.conditions().burners())
                .containsExactly(0, 1, 2);
    }

    @Test
    void hasTasksForScenarios() {
        Scenarios scenarios =
                new Scenarios(options("--scenario idle,churn,connect,fallback,spin,burners,one-processor"), null);

        assertThat(scenarios.tasks()).extracting(Task::scenario).contains("idle", "connect", "fallback", "spin",
                "one processor");
        assertThat(scenarios.constantsSeconds()).isPositive();
    }
}
