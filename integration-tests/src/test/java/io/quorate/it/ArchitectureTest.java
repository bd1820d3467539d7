package io.quorate.it;

import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between the rooms, and which of them may do I/O (docs/ARCHITECTURE.md). */
class ArchitectureTest {
    private static final String OURS = "io.quorate.";

    /** Each room, and the rooms that it may depend on, those behind them included. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            entry("jute", Set.of()),
            entry("protocol", Set.of("jute")),
            entry("election", Set.of("jute")),
            entry("zab", Set.of("election", "jute")),
            entry("tree", Set.of("protocol", "jute")),
            entry("replica", Set.of("zab", "tree", "election", "protocol", "jute")),
            entry("server", Set.of("replica", "zab", "tree", "election", "protocol", "jute")),
            entry("client", Set.of("protocol", "jute")),
            entry("embedded", Set.of("server", "client")),
            entry("cli", Set.of("embedded", "client", "protocol", "jute")),
            entry("simulation", Set.of("replica", "zab", "tree", "election", "protocol", "jute")));

    /** They see no socket, file, thread or clock; everything comes in as an argument. */
    private static final List<String> PURE = List.of("jute", "protocol", "election", "zab", "tree", "replica");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ARROWS.keySet().stream().map(room -> OURS + room).toArray(String[]::new));

    static Stream<String> rooms() {
        return ARROWS.keySet().stream().sorted();
    }

    static Stream<String> pureRooms() {
        return PURE.stream();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void everyRoomIsThere(String room) {
        assertThat(CLASSES.stream()
                        .filter(inRoom(room))
                        .filter(type -> !type.getSimpleName().equals("package-info")))
                .isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void nothingPointsBack(String room) {
        Set<String> allowed = ARROWS.get(room);
        noClasses()
                .that(inRoom(room))
                .should(dependOnClassesThat(DescribedPredicate.describe(
                        "are in a room of ours other than " + allowed,
                        type -> roomOf(type) != null && !roomOf(type).equals(room) && !allowed.contains(roomOf(type)))))
                .check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("pureRooms")
    void aPureRoomHasNoSocketFileThreadLockOrLogger(String room) {
        noClasses()
                .that(inRoom(room))
                .should(dependOnClassesThat(
                        DescribedPredicate.describe("do I/O, run threads, block or log", ArchitectureTest::isImpure)))
                .check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("pureRooms")
    void aPureRoomHasNoClockAndNoDice(String room) {
        noClasses()
                .that(inRoom(room))
                .should()
                .callCodeUnitWhere(
                        DescribedPredicate.describe("reads a clock or throws dice", ArchitectureTest::readsClockOrDice))
                .check(CLASSES);
    }

    /** One writer each, so a lock could only hide a mistake. */
    @ParameterizedTest
    @MethodSource("pureRooms")
    void aPureRoomIsNotSynchronized(String room) {
        classes()
                .that(inRoom(room))
                .should(new ArchCondition<>("have no synchronized method") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        type.getMethods().stream()
                                .filter(method -> method.getModifiers().contains(JavaModifier.SYNCHRONIZED))
                                .forEach(method ->
                                        events.add(SimpleConditionEvent.violated(method, method.getFullName())));
                    }
                })
                .check(CLASSES);
    }

    @Test
    void onlyServerAndClientLibSpeakNetty() {
        noClasses()
                .that(DescribedPredicate.describe(
                        "are neither in server nor in client",
                        type -> !Set.of("server", "client").contains(String.valueOf(roomOf(type)))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(CLASSES);
    }

    /** It runs the production classes; what it puts in their place are ports, and nothing else (DESIGN §1). */
    @Test
    void simulationImplementsPortsAndNothingElse() {
        classes()
                .that(inRoom("simulation"))
                .and(DescribedPredicate.describe(
                        "are no deliberate bugs, which stand between a machine and its port and so are both",
                        type -> !type.getPackageName().endsWith(".bugs")))
                .should(new ArchCondition<>("extend no production class and implement only its ports") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        Stream.concat(type.getRawSuperclass().stream(), type.getRawInterfaces().stream())
                                .filter(parent -> roomOf(parent) != null
                                        && !"simulation".equals(roomOf(parent))
                                        && !isPort(parent))
                                .forEach(parent -> events.add(SimpleConditionEvent.violated(
                                        type, type.getName() + " stands in for " + parent.getName())));
                    }
                })
                .check(CLASSES);
    }

    /** An interface that the pure rooms leave open: none of their own classes implements it, but for a constant inside it that does nothing. */
    private static boolean isPort(JavaClass type) {
        return type.isInterface()
                && type.getAllSubclasses().stream()
                        .filter(subtype -> !subtype.isInterface())
                        .filter(subtype -> !subtype.getName().startsWith(type.getName() + "$"))
                        .noneMatch(subtype -> PURE.contains(String.valueOf(roomOf(subtype))));
    }

    private static boolean isImpure(JavaClass type) {
        String name = type.getName();
        if (name.startsWith("java.net.")
                || name.startsWith("javax.net.")
                || name.startsWith("java.nio.file.")
                || name.startsWith("java.nio.channels.")
                || name.startsWith("java.util.concurrent.locks.")
                || name.startsWith("java.util.logging.")
                || name.startsWith("org.slf4j.")
                || name.startsWith("ch.qos.logback.")
                || name.startsWith("io.netty.")
                || name.startsWith("org.jctools.")) {
            return true;
        }
        return IMPURE_CLASSES.contains(name)
                || (name.startsWith("java.util.concurrent.")
                        && BLOCKING_SUFFIXES.stream().anyMatch(name::endsWith));
    }

    private static final Set<String> IMPURE_CLASSES = Set.of(
            "java.io.File",
            "java.io.FileInputStream",
            "java.io.FileOutputStream",
            "java.io.FileReader",
            "java.io.FileWriter",
            "java.io.RandomAccessFile",
            "java.io.PrintStream",
            "java.io.Console",
            "java.lang.Thread",
            "java.lang.ThreadLocal",
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "java.lang.Runtime",
            "java.time.Clock",
            "java.util.Timer",
            "java.util.TimerTask",
            "java.util.concurrent.ThreadLocalRandom",
            "java.util.concurrent.CountDownLatch",
            "java.util.concurrent.Semaphore",
            "java.util.concurrent.CyclicBarrier",
            "java.util.concurrent.ForkJoinPool",
            "java.util.concurrent.Executors");

    private static final List<String> BLOCKING_SUFFIXES =
            List.of("Executor", "ExecutorService", "BlockingQueue", "BlockingDeque", "FutureTask", "ThreadFactory");

    private static boolean readsClockOrDice(JavaCall<?> call) {
        String owner = call.getTargetOwner().getName();
        String name = call.getTarget().getName();
        return switch (owner) {
            case "java.lang.System" ->
                Set.of("nanoTime", "currentTimeMillis", "getenv", "getProperty", "exit")
                        .contains(name);
            case "java.time.Instant", "java.time.LocalDateTime", "java.time.ZonedDateTime" -> name.equals("now");
            case "java.lang.Math" -> name.equals("random");
            case "java.lang.Object" -> Set.of("wait", "notify", "notifyAll").contains(name);
            case "java.util.UUID" -> name.equals("randomUUID");
            // A seed makes it a function of its argument; without one it is dice.
            case "java.util.Random", "java.util.SplittableRandom" ->
                name.equals("<init>") && call.getTarget().getRawParameterTypes().isEmpty();
            case "java.security.SecureRandom" -> true;
            default -> false;
        };
    }

    private static DescribedPredicate<JavaClass> inRoom(String room) {
        return DescribedPredicate.describe("are in " + room, type -> room.equals(roomOf(type)));
    }

    /** The part of the package after {@code io.quorate.}; null for other people's classes. */
    private static String roomOf(JavaClass type) {
        String name = type.getPackageName();
        if (!name.startsWith(OURS)) {
            return null;
        }
        String rest = name.substring(OURS.length());
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }
}
