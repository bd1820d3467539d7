package io.quorate.it.conformance;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** docs/compatibility.md says what the suite does. */
class CompatibilityDocTest {
    @Test
    void theTableOfCasesIsThatOfTheSuite() throws IOException {
        assertThat(doc())
                .as("docs/compatibility.md has to have this table:\n" + table())
                .contains(table());
    }

    @Test
    void everyDifferenceOfTheSuiteHasItsSection() throws IOException {
        List<String> titles = Cases.all().stream()
                .flatMap(each -> each.difference().stream())
                .map(each -> "### " + each.title())
                .distinct()
                .toList();
        assertThat(doc().lines()).as("headings of docs/compatibility.md").containsAll(titles);
    }

    private static String doc() throws IOException {
        return Files.readString(Repository.root().resolve("docs/compatibility.md"));
    }

    private static String table() {
        List<Case> cases = Cases.all();
        Map<String, Long> all = cases.stream().collect(groupingBy(Case::operation, LinkedHashMap::new, counting()));
        Map<String, Long> different = cases.stream()
                .filter(each -> each.difference().isPresent())
                .collect(groupingBy(Case::operation, counting()));
        return all.entrySet().stream()
                .map(each -> row(each.getKey(), each.getValue(), different.getOrDefault(each.getKey(), 0L)))
                .collect(joining(
                        "",
                        "| about | cases | of these with a difference on purpose |\n|---|---|---|\n",
                        row(
                                "all",
                                cases.size(),
                                different.values().stream()
                                        .mapToLong(Long::longValue)
                                        .sum())));
    }

    private static String row(String about, long cases, long different) {
        return "| " + about + " | " + cases + " | " + (different == 0 ? "" : different) + " |\n";
    }
}
