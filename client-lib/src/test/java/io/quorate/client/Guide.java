package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A page of the documentation whose programs are those of a class that is compiled and run. */
final class Guide {
    private Guide() {}

    /** @param atLeast how many programs the page has, so that a page without any does not pass */
    static void assertPrints(String page, String example, int atLeast) throws IOException {
        String compiled =
                squeeze(Files.readString(Path.of("src", "test", "java", "io", "quorate", "client", example + ".java")));
        String guide = Files.readString(Path.of("..", "docs", page));
        List<String> programs = Arrays.stream(guide.split("```java\n", -1))
                .skip(1)
                .map(part -> part.substring(0, part.indexOf("```")))
                .toList();
        assertThat(programs)
                .hasSizeGreaterThanOrEqualTo(atLeast)
                .allSatisfy(program -> assertThat(compiled).contains(squeeze(program)));
    }

    /** Without what indentation and line breaks make of it. */
    private static String squeeze(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
