package io.quorate.client.shell;

import io.quorate.client.BlockingQuorate;
import io.quorate.client.NodeAcl;
import io.quorate.client.NodeChildren;
import io.quorate.client.NodeData;
import io.quorate.client.Op;
import io.quorate.client.QuorateException;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.Paths;
import io.quorate.protocol.Stat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands of the shell; the text of each is what {@code help} shows. */
final class Commands {
    private Commands() {}

    /** One command, filled in by picocli from the line. */
    abstract static class ShellCommand {
        /** Carries it out. A {@link QuorateException} or {@link IllegalArgumentException} becomes an error line. */
        abstract void run(Shell shell) throws InterruptedException;
    }

    @Command(name = "create", description = "create [-s] [-e] [-c] [-t ttl] path [data] [acl]")
    static final class Create extends ShellCommand {
        @Option(names = "-s")
        boolean sequential;

        @Option(names = "-e")
        boolean ephemeral;

        @Option(names = "-c")
        boolean container;

        @Option(names = "-t")
        @Nullable
        Long ttlMs;

        @Parameters(index = "0")
        String path = "";

        @Parameters(index = "1", arity = "0..1")
        @Nullable
        String data;

        @Parameters(index = "2", arity = "0..1")
        @Nullable
        String acl;

        @Override
        void run(Shell shell) throws InterruptedException {
            CreateMode mode = mode();
            List<Acl> list = acl == null ? Acl.OPEN : AclText.parse(acl);
            byte[] bytes = data == null ? null : data.getBytes(StandardCharsets.UTF_8);
            String created = ttlMs == null
                    ? shell.nodes().create(path, bytes, mode, list)
                    : shell.nodes()
                            .createWithTtl(path, bytes, mode, list, Duration.ofMillis(ttlMs))
                            .path();
            shell.print("Created " + created);
        }

        private CreateMode mode() {
            if (container && (sequential || ephemeral)) {
                throw new IllegalArgumentException(
                        "-c cannot be combined with -s or -e. Containers cannot be ephemeral or sequential.");
            }
            if (ttlMs != null) {
                if (ephemeral || container) {
                    throw new IllegalArgumentException("TTLs cannot be used with Ephemeral or Container znodes");
                }
                return sequential ? CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL : CreateMode.PERSISTENT_WITH_TTL;
            }
            if (container) {
                return CreateMode.CONTAINER;
            }
            if (ephemeral) {
                return sequential ? CreateMode.EPHEMERAL_SEQUENTIAL : CreateMode.EPHEMERAL;
            }
            return sequential ? CreateMode.PERSISTENT_SEQUENTIAL : CreateMode.PERSISTENT;
        }
    }

    @Command(name = "get", description = "get [-s] [-w] path")
    static final class Get extends ShellCommand {
        @Option(names = "-s")
        boolean withStat;

        @Option(names = "-w")
        boolean watch;

        @Parameters(index = "0")
        String path = "";

        @Override
        void run(Shell shell) throws InterruptedException {
            NodeData read = watch
                    ? shell.nodes().getData(path, shell.watcher())
                    : shell.nodes().getData(path);
            shell.print(read.isNull() ? "null" : read.text());
            if (withStat) {
                shell.print(StatText.show(read.stat()));
            }
        }
    }

    @Command(name = "set", description = "set [-s] [-v version] path data")
    static final class Set extends ShellCommand {
        @Option(names = "-s")
        boolean withStat;

        @Option(names = "-v")
        int version = Op.ANY_VERSION;

        @Parameters(index = "0")
        String path = "";

        @Parameters(index = "1")
        String data = "";

        @Override
        void run(Shell shell) throws InterruptedException {
            Stat stat = shell.nodes().setData(path, data.getBytes(StandardCharsets.UTF_8), version);
            if (withStat) {
                shell.print(StatText.show(stat));
            }
        }
    }

    @Command(name = "ls", description = "ls [-s] [-w] [-R] path")
    static final class Ls extends ShellCommand {
        @Option(names = "-s")
        boolean withStat;

        @Option(names = "-w")
        boolean watch;

        @Option(names = "-R")
        boolean recursive;

        @Parameters(index = "0")
        String path = "";

        @Override
        void run(Shell shell) throws InterruptedException {
            if (recursive) {
                Tree.subtree(shell.nodes(), path).forEach(shell::print);
                return;
            }
            NodeChildren children = watch
                    ? shell.nodes().getChildren(path, shell.watcher())
                    : shell.nodes().getChildren(path);
            List<String> names = new ArrayList<>(children.names());
            Collections.sort(names);
            shell.print(names.toString());
            if (withStat) {
                shell.print(StatText.show(children.stat()));
            }
        }
    }

    @Command(name = "stat", description = "stat [-w] path")
    static final class StatOf extends ShellCommand {
        @Option(names = "-w")
        boolean watch;

        @Parameters(index = "0")
        String path = "";

        @Override
        void run(Shell shell) throws InterruptedException {
            Optional<Stat> stat = watch
                    ? shell.nodes().exists(path, shell.watcher())
                    : shell.nodes().exists(path);
            shell.print(StatText.show(
                    stat.orElseThrow(() -> new IllegalArgumentException("Node does not exist: " + path))));
        }
    }

    @Command(name = "delete", description = "delete [-v version] path")
    static final class Delete extends ShellCommand {
        @Option(names = "-v")
        int version = Op.ANY_VERSION;

        @Parameters(index = "0")
        String path = "";

        @Override
        void run(Shell shell) throws InterruptedException {
            shell.nodes().delete(path, version);
        }
    }

    @Command(name = "deleteall", description = "deleteall path [-b batch size]")
    static final class DeleteAll extends ShellCommand {
        private static final int DEFAULT_BATCH = 1000;

        @Option(names = "-b")
        int batch = DEFAULT_BATCH;

        @Parameters(index = "0")
        String path = "";

        @Override
        void run(Shell shell) throws InterruptedException {
            if (path.equals(Paths.ROOT)) {
                throw new IllegalArgumentException("the root cannot be deleted");
            }
            if (batch < 1) {
                throw new IllegalArgumentException("batch size " + batch + ": at least 1 is needed");
            }
            List<String> paths = new ArrayList<>(Tree.subtree(shell.nodes(), path));
            Collections.reverse(paths);
            for (int from = 0; from < paths.size(); from += batch) {
                deleteTogether(shell, paths.subList(from, Math.min(paths.size(), from + batch)));
            }
        }

        /** Children come before their parents, and a session's requests are carried out in their order, so all can be on their way at once. */
        private static void deleteTogether(Shell shell, List<String> paths) throws InterruptedException {
            List<CompletableFuture<Void>> deletes =
                    paths.stream().map(each -> shell.client().delete(each)).toList();
            for (CompletableFuture<Void> each : deletes) {
                try {
                    each.get();
                } catch (ExecutionException e) {
                    boolean gone = e.getCause() instanceof QuorateException.NoNode;
                    if (!gone && e.getCause() instanceof QuorateException known) {
                        throw known;
                    }
                }
            }
        }
    }

    @Command(name = "sync", description = "sync path")
    static final class Sync extends ShellCommand {
        @Parameters(index = "0")
        String path = "";

        @Override
        void run(Shell shell) throws InterruptedException {
            shell.nodes().sync(path);
            shell.print("Sync is OK");
        }
    }

    @Command(name = "getAcl", description = "getAcl [-s] path")
    static final class GetAcl extends ShellCommand {
        @Option(names = "-s")
        boolean withStat;

        @Parameters(index = "0")
        String path = "";

        @Override
        void run(Shell shell) throws InterruptedException {
            NodeAcl read = shell.nodes().getAcl(path);
            read.acl().forEach(each -> shell.print(AclText.show(each)));
            if (withStat) {
                shell.print(StatText.show(read.stat()));
            }
        }
    }

    @Command(name = "setAcl", description = "setAcl [-s] [-v version] [-R] path acl")
    static final class SetAcl extends ShellCommand {
        @Option(names = "-s")
        boolean withStat;

        @Option(names = "-v")
        int version = Op.ANY_VERSION;

        @Option(names = "-R")
        boolean recursive;

        @Parameters(index = "0")
        String path = "";

        @Parameters(index = "1")
        String acl = "";

        @Override
        void run(Shell shell) throws InterruptedException {
            List<Acl> list = AclText.parse(acl);
            BlockingQuorate nodes = shell.nodes();
            for (String each : recursive ? Tree.subtree(nodes, path) : List.of(path)) {
                Stat stat = nodes.setAcl(each, list, version);
                if (withStat) {
                    shell.print(StatText.show(stat));
                }
            }
        }
    }

    @Command(name = "addauth", description = "addauth scheme auth")
    static final class AddAuth extends ShellCommand {
        @Parameters(index = "0")
        String scheme = "";

        @Parameters(index = "1", arity = "0..1")
        String auth = "";

        @Override
        void run(Shell shell) throws InterruptedException {
            shell.nodes().addAuth(scheme, auth.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Command(name = "history", description = "history")
    static final class History extends ShellCommand {
        @Override
        void run(Shell shell) {
            shell.recentLines().forEach(shell::print);
        }
    }

    @Command(name = "help", description = "help")
    static final class Help extends ShellCommand {
        @Override
        void run(Shell shell) {
            shell.usage().forEach(shell::print);
        }
    }

    @Command(name = "quit", description = "quit")
    static final class Quit extends ShellCommand {
        @Override
        void run(Shell shell) {
            shell.quit();
        }
    }
}
