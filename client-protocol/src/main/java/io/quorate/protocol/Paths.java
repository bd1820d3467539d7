package io.quorate.protocol;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules for paths of nodes. */
public final class Paths {
    public static final String ROOT = "/";

    private Paths() {}

    /**
     * What is wrong with a path as the name of a node, in words; empty when nothing is.
     *
     * @param sequential whether a number will be appended, which makes a trailing slash legal
     */
    public static Optional<String> problem(@Nullable String path, boolean sequential) {
        return problem(sequential && path != null ? path + "1" : path);
    }

    /** What is wrong with a path as the name of a node, in words; empty when nothing is. */
    public static Optional<String> problem(@Nullable String path) {
        if (path == null || path.isEmpty()) {
            return Optional.of("a path is needed, it begins with /");
        }
        if (path.charAt(0) != '/') {
            return Optional.of("path \"" + path + "\" does not begin with /");
        }
        int length = path.length();
        if (length == 1) {
            return Optional.empty();
        }
        if (path.charAt(length - 1) == '/') {
            return Optional.of("path \"" + path + "\" ends with /");
        }
        int componentStart = 1;
        for (int i = 1; i <= length; i++) {
            if (i == length || path.charAt(i) == '/') {
                if (i == componentStart) {
                    return Optional.of("path \"" + path + "\" has an empty component at " + i);
                }
                if (isRelative(path, componentStart, i)) {
                    return Optional.of("path \"" + path + "\" has a relative component at " + componentStart);
                }
                componentStart = i + 1;
            } else if (isForbidden(path.charAt(i))) {
                return Optional.of(String.format(
                        "path \"%s\" has the character U+%04X at %d, which no path may hold",
                        path, (int) path.charAt(i), i));
            }
        }
        return Optional.empty();
    }

    /** @return the parent's path; the root has none and gives itself */
    public static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? ROOT : path.substring(0, slash);
    }

    /** @return what stands behind the last slash */
    public static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static boolean isRelative(String path, int start, int end) {
        int length = end - start;
        return (length == 1 && path.charAt(start) == '.')
                || (length == 2 && path.charAt(start) == '.' && path.charAt(start + 1) == '.');
    }

    private static boolean isForbidden(char c) {
        return c <= '\u001f' || (c >= '\u007f' && c <= '\u009f') || (c >= '\ud800' && c <= '\uf8ff') || c >= '\ufff0';
    }
}
