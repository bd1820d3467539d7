package io.quorate.client.election;

import io.quorate.client.NodeChildren;
import io.quorate.client.NodeData;
import io.quorate.client.QuorateClient;
import io.quorate.client.Watcher;
import io.quorate.client.lease.Failures;
import io.quorate.client.lease.SequenceContest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Who leads and who takes part, read from the nodes of an election. */
final class LeaderReads {
    private final ElectionWay way;
    private final String path;
    private final String candidatesPath;

    LeaderReads(ElectionWay way, String path) {
        this(way, path, way.candidatesPath(path));
    }

    LeaderReads(ElectionWay way, String path, String candidatesPath) {
        this.way = way;
        this.path = path;
        this.candidatesPath = candidatesPath;
    }

    CompletableFuture<Optional<Worker>> leader(QuorateClient in) {
        if (way != ElectionWay.SEQUENCE) {
            return leader(in.getData(way.holderPath(path)));
        }
        return line(in.getChildren(path)).thenCompose(line -> firstThatIsThere(in, line));
    }

    private CompletableFuture<Optional<Worker>> firstThatIsThere(QuorateClient in, List<String> line) {
        if (line.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return leader(in.getData(ElectionWay.child(path, line.get(0))))
                .thenCompose(found -> found.isPresent()
                        ? CompletableFuture.completedFuture(found)
                        : firstThatIsThere(in, line.subList(1, line.size())));
    }

    /** As {@link #leader(QuorateClient)}, and leaves a watch that fires when the answer may change. */
    CompletableFuture<Optional<Worker>> leader(QuorateClient in, Watcher watcher) {
        return way == ElectionWay.SEQUENCE
                ? firstInLine(in, watcher)
                : nodeOrItsCreation(in, way.holderPath(path), watcher);
    }

    private CompletableFuture<Optional<Worker>> nodeOrItsCreation(QuorateClient in, String node, Watcher watcher) {
        return leader(in.getData(node, watcher))
                .thenCompose(found -> found.isPresent()
                        ? CompletableFuture.completedFuture(found)
                        : in.exists(node, watcher)
                                .thenCompose(stat -> stat.isPresent()
                                        ? nodeOrItsCreation(in, node, watcher)
                                        : CompletableFuture.completedFuture(found)));
    }

    private CompletableFuture<Optional<Worker>> firstInLine(QuorateClient in, Watcher watcher) {
        return line(in.getChildren(path)).thenCompose(line -> {
            if (line.isEmpty()) {
                return beginningOfTheLine(in, watcher);
            }
            return leader(in.getData(ElectionWay.child(path, line.get(0)), watcher))
                    .thenCompose(found ->
                            found.isPresent() ? CompletableFuture.completedFuture(found) : firstInLine(in, watcher));
        });
    }

    /** Nobody is in line: whoever comes, or the directory itself, is watched for. */
    private CompletableFuture<Optional<Worker>> beginningOfTheLine(QuorateClient in, Watcher watcher) {
        return Failures.emptyIfMissing(in.getChildren(path, watcher)).thenCompose(children -> {
            if (children.isEmpty()) {
                return in.exists(path, watcher)
                        .thenCompose(stat -> stat.isPresent() ? firstInLine(in, watcher) : nobody());
            }
            return members(children.get()).isEmpty() ? nobody() : firstInLine(in, watcher);
        });
    }

    private static CompletableFuture<Optional<Worker>> nobody() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    private static CompletableFuture<Optional<Worker>> leader(CompletableFuture<NodeData> node) {
        return Failures.emptyIfMissing(node).thenApply(found -> found.map(each -> Worker.ofMasterNode(each.data())));
    }

    CompletableFuture<List<Worker>> participants(QuorateClient in) {
        if (way == ElectionWay.SEQUENCE) {
            return line(in.getChildren(path)).thenCompose(line -> all(in, path, line, name -> Worker::ofMasterNode));
        }
        CompletableFuture<List<String>> names = Failures.emptyIfMissing(in.getChildren(candidatesPath))
                .thenApply(found -> found.map(NodeChildren::names).orElse(List.of()).stream()
                        .sorted()
                        .toList());
        return names.thenCompose(ids -> all(in, candidatesPath, ids, id -> content -> new Worker(id, content)));
    }

    private static CompletableFuture<List<Worker>> all(
            QuorateClient in, String directory, List<String> names, Function<String, Function<byte[], Worker>> reader) {
        CompletableFuture<List<Worker>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (String name : names) {
            CompletableFuture<Optional<Worker>> one =
                    Failures.emptyIfMissing(in.getData(ElectionWay.child(directory, name))
                            .thenApply(node -> reader.apply(name).apply(node.data())));
            all = all.thenCombine(one, LeaderReads::append);
        }
        return all;
    }

    private static List<Worker> append(List<Worker> list, Optional<Worker> one) {
        one.ifPresent(list::add);
        return list;
    }

    private static CompletableFuture<List<String>> line(CompletableFuture<NodeChildren> children) {
        return Failures.emptyIfMissing(children)
                .thenApply(found -> found.map(LeaderReads::members).orElse(List.of()));
    }

    private static List<String> members(NodeChildren children) {
        return SequenceContest.members(children.names(), List.of(ElectionWay.LATCH));
    }
}
