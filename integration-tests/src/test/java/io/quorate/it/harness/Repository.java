package io.quorate.it.harness;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the working tree is that these tests belong to. */
public final class Repository {
    private Repository() {}

    /** The nearest folder at or above the working directory that holds the scripts and the modules. */
    public static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("integration-tests"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException(
                        "not inside the working tree of Quorate: " + Path.of("").toAbsolutePath());
            }
        }
        return folder;
    }

    /** A launcher in {@code scripts/}. */
    public static Path script(String name) {
        return root().resolve("scripts").resolve(name);
    }
}
