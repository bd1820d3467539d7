package io.quorate.it.conformance;

import io.quorate.protocol.OpCode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules for paths, in every operation that looks at one. */
final class PathCases {
    /** Appended to the folder. */
    private static final Map<String, String> TAILS = new LinkedHashMap<>();

    static {
        TAILS.put("one dot", "/.");
        TAILS.put("two dots", "/..");
        TAILS.put("three dots", "/...");
        TAILS.put("a dot before a name", "/.b");
        TAILS.put("a dot behind a name", "/b.");
        TAILS.put("two dots before a name", "/..b");
        TAILS.put("a slash at the end", "/b/");
        TAILS.put("an empty component", "//b");
        TAILS.put("a space", "/ ");
        TAILS.put("a backslash", "/\\");
        TAILS.put("a long name", "/" + "x".repeat(5000));
        for (int c : new int[] {
            0, 1, 0x1f, 0x20, 0x7e, 0x7f, 0x80, 0x9f, 0xa0, 0xd7ff, 0xe000, 0xf8ff, 0xf900, 0xffef, 0xfff0, 0xffff
        }) {
            TAILS.put("U+%04X".formatted(c), "/a" + (char) c);
        }
        TAILS.put("U+0000 in the middle", "/a\u0000b");
        TAILS.put("a dot in the middle", "/no/./b");
        TAILS.put("two dots in the middle", "/no/../b");
    }

    private static final Map<String, String> WHOLE = new LinkedHashMap<>();

    static {
        WHOLE.put("no slash", "abc");
        WHOLE.put("no slash at the start", "abc/def");
        WHOLE.put("two slashes", "//");
        WHOLE.put("a dot alone", ".");
        WHOLE.put("root and a dot", "/.");
        WHOLE.put("root and two dots", "/..");
        WHOLE.put("a space alone", " ");
        WHOLE.put("U+0000 alone", "\u0000");
        WHOLE.put("U+0000 behind the root", "/\u0000");
    }

    private PathCases() {}

    static void addTo(Cases cases) {
        cases.about("paths");
        TAILS.forEach((name, tail) -> cases.same(name, s -> everyOperation(s, s.folder() + tail)));
        WHOLE.forEach((name, path) -> cases.same(name, s -> everyOperation(s, path)));
        cases.differs(Differences.UTF_8, "a character beyond U+FFFF", s -> everyOperation(s, s.at("\ud83d\ude00")));
        cases.same("empty", s -> everyOperation(s, ""));
        cases.differs(
                Differences.EMPTY_PATH,
                "empty, its descendants",
                s -> s.session().getAllChildrenNumber("").getAllChildrenNumber("/"));
        cases.differs(Differences.WATCH_NEEDS_PATH, "null", s -> everyOperation(s, null));
    }

    /** The writes first and last: a path may turn out to be a good one. */
    private static void everyOperation(Scene s, @Nullable String path) {
        RawSession a = s.session();
        if (path != null && !path.isEmpty()) {
            a.getAllChildrenNumber(path);
        }
        a.create(path, 0)
                .create(path, 1)
                .create(path, 2)
                .create2(path, 0)
                .createContainer(path, 4)
                .exists(path)
                .getData(path)
                .getAcl(path)
                .getChildren(path)
                .getChildren2(path)
                .sync(path)
                .setData(path, "x")
                .setAcl(path, Acls.OPEN)
                .multi(Multi.of().check(path, -1))
                .multi(Multi.of().setData(path, "y", -1))
                .multi(Multi.of().create(path, 0))
                .multiRead(Multi.of().getData(path, false).getChildren(path, false))
                .addWatch(path, 0)
                .checkWatches(path, 4)
                .removeWatches(path, 4)
                .addWatch(path, 1)
                .removeWatches(path, 5)
                .call("setWatches", OpCode.SET_WATCHES, setWatches(path))
                .multi(Multi.of().delete(path, -1))
                .delete(path)
                .getChildren2(s.folder());
    }

    private static Body setWatches(@Nullable String path) {
        Body one = Body.of().int32(1).text(path);
        return Body.of().int64(0).add(one).add(one).add(one);
    }
}
