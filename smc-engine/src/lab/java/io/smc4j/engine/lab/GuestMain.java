package io.smc4j.engine.lab;

import java.util.List;

/**
 * Runs the cases of a kind of machine within it: {@code GuestMain KIND [FILTER]}. Prints {@code LAB-READY COUNT}, and
 * after whatever a case itself prints {@code LAB-CASE NAME PASS}, {@code FAIL MESSAGE} or {@code SKIP MESSAGE}. A case
 * that is too slow has failed; it is interrupted, and the next one begins.
 */
final class GuestMain {

    private GuestMain() {
    }

    public static void main(String[] arguments) throws InterruptedException {
        List<CaseCatalog.Case> cases =
                CaseCatalog.cases(MachineKind.valueOf(arguments[0]), arguments.length > 1 ? arguments[1] : "");
        print("LAB-READY " + cases.size());
        boolean passed = true;
        for (CaseCatalog.Case next : cases) {
            String result = result(next);
            passed &= !result.startsWith("FAIL");
            print("LAB-CASE " + next.name() + " " + result);
        }
        System.exit(passed ? 0 : 1);
    }

    private static String result(CaseCatalog.Case next) throws InterruptedException {
        String[] result = new String[1];
        Thread thread = Thread.ofPlatform().daemon().name(next.name()).start(() -> {
            try {
                next.run();
                result[0] = "PASS";
            } catch (Throwable e) {
                if (e.getClass().getName().equals("org.opentest4j.TestAbortedException")) {
                    result[0] = "SKIP " + firstLine(e);
                } else {
                    e.printStackTrace(System.out);
                    result[0] = "FAIL " + firstLine(e);
                }
            }
        });
        thread.join(next.guestSeconds() * 1000L);
        if (thread.isAlive()) {
            Thread.getAllStackTraces().forEach(GuestMain::printStack);
            thread.interrupt();
            return "FAIL not done after " + next.guestSeconds() + " s";
        }
        return result[0];
    }

    private static void printStack(Thread thread, StackTraceElement[] stack) {
        System.out.println(thread);
        for (StackTraceElement element : stack) {
            System.out.println("    at " + element);
        }
    }

    private static String firstLine(Throwable e) {
        return e.toString().lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst().orElse("");
    }

    // On a line of its own, whatever was printed before.
    private static void print(String line) {
        System.out.print("\n" + line + "\n");
        System.out.flush();
    }
}
