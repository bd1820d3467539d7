package io.quorate.client.shell;

import io.quorate.client.NodeChildren;
import io.quorate.client.QuorateClient;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jspecify.annotations.Nullable;

/** Completes the first word to a command and a word with a slash to a node. */
final class PathCompleter implements Completer {
    private static final long PATIENCE_MS = 1_000;

    private volatile @Nullable QuorateClient client;

    /** Where nodes are looked up from now on. */
    void use(QuorateClient present) {
        client = present;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        if (line.wordIndex() == 0) {
            Shell.names().forEach(name -> candidates.add(new Candidate(name)));
            return;
        }
        QuorateClient present = client;
        if (present != null && line.word().startsWith("/")) {
            completePath(present, line.word(), candidates);
        }
    }

    private static void completePath(QuorateClient client, String word, List<Candidate> candidates) {
        int slash = word.lastIndexOf('/');
        String parent = slash == 0 ? "/" : word.substring(0, slash);
        try {
            NodeChildren children = client.getChildren(parent).get(PATIENCE_MS, TimeUnit.MILLISECONDS);
            for (String name : children.names()) {
                String path = Tree.child(parent, name);
                candidates.add(new Candidate(path, path, null, null, null, null, false));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // Nothing to offer: there is no such node, or nobody answers.
        }
    }
}
