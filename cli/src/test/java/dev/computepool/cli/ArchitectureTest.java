package dev.computepool.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.computepool.cli.term.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The walls between the rooms, as ARCHITECTURE.md draws them.
class ArchitectureTest {
  private static final JavaClasses PROGRAM =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.computepool");

  private static final List<String> GROUND_FLOOR =
      List.of(
          "base",
          "hash",
          "similarity",
          "identity",
          "gguf",
          "safetensors",
          "convert",
          "chat",
          "tokenizer",
          "llama");

  /// Whom each room above the ground floor may know besides that floor.
  private static final Map<String, List<String>> MAY_KNOW =
      Map.of(
          "sharding", List.of(),
          "crawl", List.of(),
          "train", List.of(),
          "publish", List.of("sharding"),
          "bench", List.of("sharding", "crawl", "train", "publish"),
          "cli", List.of("sharding", "crawl", "train", "publish", "bench"));

  /// Rooms that nobody has moved into yet: nothing is proven about them. Who builds one takes it
  /// off this list.
  private static final Set<String> EMPTY = Set.of();

  /// Processes of their own, whose streams are how they are spoken to.
  private static final String WORKER =
      "dev\\.computepool\\.(llama\\.worker\\.WorkerMain|crawl\\.pdf\\.PdfMain)";

  /// What they catch they throw again: in the thread of the caller, or when it is written down.
  private static final Set<String> THROW_ON =
      Set.of(
          "gguf/src/main/java/dev/computepool/base/Workers.java",
          "publish/src/main/java/dev/computepool/publish/hub/Parallel.java",
          "publish/src/main/java/dev/computepool/publish/ollama/registry/StoreUploads.java",
          "train/src/main/java/dev/computepool/train/runtime/LocalTraining.java");

  private static String packages(String room) {
    return "dev.computepool." + room + "..";
  }

  private static String[] packages(List<String> rooms) {
    return rooms.stream().map(ArchitectureTest::packages).toArray(String[]::new);
  }

  private static Set<String> rooms() {
    Set<String> rooms = new TreeSet<>(GROUND_FLOOR);
    rooms.addAll(MAY_KNOW.keySet());
    return rooms;
  }

  static Stream<String> roomsWithClasses() {
    return rooms().stream().filter(room -> !EMPTY.contains(room));
  }

  @Test
  void everyClassIsInARoomAndOnlyTheseRoomsAreEmpty() {
    Set<String> inhabited =
        PROGRAM.stream()
            .filter(c -> !c.getSimpleName().equals("package-info"))
            .map(c -> c.getPackageName().split("\\.", -1))
            .map(names -> names.length < 3 ? "(none)" : names[2])
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(roomsWithClasses().collect(Collectors.toCollection(TreeSet::new)), inhabited);
  }

  @ParameterizedTest
  @MethodSource("roomsWithClasses")
  void aRoomKnowsOnlyTheRoomsItStandsOn(String room) {
    List<String> forbidden = new ArrayList<>(rooms());
    forbidden.remove(room);
    forbidden.removeAll(GROUND_FLOOR);
    forbidden.removeAll(MAY_KNOW.getOrDefault(room, List.of()));
    if (forbidden.isEmpty()) {
      assertEquals("cli", room, "only the highest room may know all");
      return;
    }
    noClasses()
        .that()
        .resideInAPackage(packages(room))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages(forbidden))
        .because("of the floors in ARCHITECTURE.md")
        .check(PROGRAM);
  }

  @Test
  void baseStandsOnNothing() {
    noClasses()
        .that()
        .resideInAPackage(packages("base"))
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.computepool..").and(resideOutsideOfPackages(packages("base"))))
        .check(PROGRAM);
  }

  @Test
  void packagesFormNoCycles() {
    // The catalogue names every command and every command knows the frame: the one circle that
    // there must be. It is lazy, see LazinessTest.
    slices()
        .matching("dev.computepool.(**)")
        .should()
        .beFreeOfCycles()
        .ignoreDependency(
            equivalentTo(CommandCatalog.class), resideInAPackage("dev.computepool.cli.command.."))
        .check(PROGRAM);
  }

  @Test
  void onlyTheBindingsSeeTheForeignLinker() {
    noClasses()
        .that()
        .resideOutsideOfPackage(packages("llama"))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.foreign.Linker")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.foreign.SymbolLookup")
        .check(PROGRAM);
  }

  @Test
  void onlyTheCommandLineSeesItsLibraries() {
    noClasses()
        .that()
        .resideOutsideOfPackage(packages("cli"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..", "org.jline..")
        .check(PROGRAM);
  }

  @Test
  void onlyItsRoomSeesTheEngine() {
    noClasses()
        .that()
        .resideOutsideOfPackages(packages("train.torch"), packages("bench"), packages("tokenizer"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl..")
        .because("the tokenizers need no engine, and are behind a door of their own")
        .check(PROGRAM);
  }

  @Test
  void onlyWhoSpeaksToGitRemotesSeesJgit() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            packages("base.git"), packages("crawl.source"), packages("publish.git"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.eclipse.jgit..")
        .because("the ground floor compiles against it and does not bring it along")
        .check(PROGRAM);
  }

  @Test
  void trainingStartsProgramsInTwoRoomsOnly() {
    noClasses()
        .that()
        .resideInAPackage(packages("train"))
        .and()
        .resideOutsideOfPackages(packages("train.external"), packages("train.python"))
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(ProcessBuilder.class, Process.class)
        .because("whoever starts a program must see to its end")
        .check(PROGRAM);
  }

  private static DescribedPredicate<JavaAccess<?>> accessTo(Class<?> owner, String... names) {
    return DescribedPredicate.describe(
        owner.getSimpleName() + "." + String.join(" or ", names),
        access ->
            access.getTargetOwner().isEquivalentTo(owner)
                && Arrays.asList(names).contains(access.getTarget().getName()));
  }

  @Test
  void librariesNeitherPrintNorExitNorReadTheEnvironment() {
    noClasses()
        .that()
        .resideOutsideOfPackage(packages("cli"))
        .and()
        .haveNameNotMatching(WORKER)
        .should()
        .accessTargetWhere(accessTo(System.class, "out", "err", "in", "exit", "getenv", "console"))
        .orShould()
        .accessTargetWhere(accessTo(Runtime.class, "exit", "halt"))
        .orShould()
        .accessTargetWhere(accessTo(Throwable.class, "printStackTrace"))
        .check(PROGRAM);
  }

  @Test
  void theEnvironmentIsReadAtOnePlaceAndLeftAtOne() {
    noClasses()
        .that(DescribedPredicate.not(equivalentTo(Environment.class)))
        .and()
        .haveNameNotMatching(WORKER)
        .should()
        .accessTargetWhere(accessTo(System.class, "getenv", "in", "out", "console"))
        .check(PROGRAM);
    noClasses()
        .that(DescribedPredicate.not(equivalentTo(Main.class)))
        .and()
        .haveNameNotMatching(WORKER)
        .should()
        .accessTargetWhere(accessTo(System.class, "exit"))
        .orShould()
        .accessTargetWhere(accessTo(Runtime.class, "exit", "halt"))
        .check(PROGRAM);
  }

  /// What is allowed to the workers is no more than they need.
  @Test
  void workersUseTheirStreamsAndEndAndNothingElse() {
    classes()
        .that()
        .haveNameMatching(WORKER)
        .should()
        .accessTargetWhere(accessTo(System.class, "in"))
        .check(PROGRAM);
    noClasses()
        .that()
        .haveNameMatching(WORKER)
        .should()
        .accessTargetWhere(accessTo(System.class, "exit", "getenv", "console"))
        .orShould()
        .accessTargetWhere(accessTo(Runtime.class, "exit"))
        .orShould()
        .accessTargetWhere(accessTo(Throwable.class, "printStackTrace"))
        .check(PROGRAM);
  }

  @Test
  void exceptionsSayWhatTheyAre() {
    noClasses().should(THROW_GENERIC_EXCEPTIONS).check(PROGRAM);
  }

  @Test
  void namesSayWhatAClassDoes() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Impl")
        .check(PROGRAM);
  }

  /// Byte code cannot tell a broad catch from the end of a try with resources.
  @Test
  void librariesCatchWhatTheyExpect() throws IOException {
    Pattern broad =
        Pattern.compile(
            "catch \\((?:final )?(?:\\w+ \\| )*(?:Throwable|Exception|RuntimeException|Error)\\b");
    Path root = Tool.projectRoot();
    List<String> found = new ArrayList<>();
    int read = 0;
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        String name = root.relativize(file).toString();
        if (!name.contains("src/main/java/dev/computepool/")
            || name.startsWith("cli/")
            || name.contains("/llama/")
            || name.contains("/tokenizer/")) { // calls of native code
          continue;
        }
        read++;
        if (broad.matcher(Files.readString(file)).find()) {
          found.add(name);
        }
      }
    }
    assertTrue(read > 20, "sources were found: " + read);
    found.removeAll(THROW_ON);
    assertEquals(List.of(), found);
  }
}
