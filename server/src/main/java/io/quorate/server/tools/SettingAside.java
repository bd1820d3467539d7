package io.quorate.server.tools;

import io.quorate.election.HostPort;
import io.quorate.election.ServerSpec;
import io.quorate.replica.storage.Rebuild;
import io.quorate.replica.storage.StorageException;
import io.quorate.replica.storage.StoredFiles;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.disk.ReadOnlyDisk;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sets the files of a stopped server aside, so that it gets everything from the leader. The marker comes first: from then on no start of the
 * server takes what is left for a history, wherever this is interrupted; given again, it goes on.
 */
final class SettingAside {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private static final String ACCEPTED_EPOCH = "acceptedEpoch";

    private final ServerConfig config;
    private final Path data;
    private final Path log;
    private final String asideName;
    private final Findings findings;
    private final List<Path> asides = new ArrayList<>();

    SettingAside(ServerConfig config, Instant now, Findings findings) {
        this.config = config;
        this.data = config.directories().data().resolve(Locations.VERSION_DIRECTORY);
        this.log = config.directories().log().resolve(Locations.VERSION_DIRECTORY);
        this.asideName = Locations.VERSION_DIRECTORY + ".aside-" + STAMP.format(now);
        this.findings = findings;
    }

    void run() throws IOException {
        if (config.standalone()) {
            throw new ToolException(config.file()
                    + " is of a server alone: nobody else has its data. Restore a backup (zkTool.sh" + " restore)");
        }
        requireStopped();
        if (!Files.isDirectory(data)) {
            throw new ToolException(
                    data + " is no directory: there is nothing to set aside. Is dataDir's file system mounted?");
        }
        boolean hasOwnLog = !log.equals(data);
        if (hasOwnLog && !Files.isDirectory(log)) {
            throw new ToolException(log + " is no directory. Is dataLogDir's file system mounted?");
        }
        requireRoomBeside(data);
        requireRoomBeside(log);
        boolean promiseKept = isPromiseReadable();
        mark(Rebuild.BEGUN);
        setAside(data, promiseKept);
        if (hasOwnLog && !Files.isSameFile(data, log)) {
            setAside(log, promiseKept);
        }
        mark(Rebuild.READY);
        report(promiseKept);
    }

    /** Files are moved, not copied, so the folder for them has to be on their file system. */
    private static void requireRoomBeside(Path version) throws IOException {
        Path beside = parent(version);
        if (!Files.getFileStore(version).equals(Files.getFileStore(beside))) {
            throw new ToolException(version + " is on another file system than " + beside
                    + ", so its files cannot be moved to a folder beside it. Nothing was changed: mount that file system at"
                    + " the directory above, and give the command again");
        }
    }

    private static Path parent(Path version) {
        Path parent = version.toAbsolutePath().getParent();
        return parent == null ? version : parent;
    }

    private void mark(String text) throws IOException {
        Path temporary = data.resolve(Rebuild.MARKER + ".tmp");
        Copies.writeForced(temporary, text);
        Files.move(
                temporary,
                data.resolve(Rebuild.MARKER),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        Copies.forceDirectory(data);
    }

    /** Whoever writes into these directories listens at these ports. */
    private void requireStopped() throws IOException {
        List<Integer> ports = new ArrayList<>();
        config.self().map(ServerSpec::election).map(HostPort::port).ifPresent(ports::add);
        config.self().map(ServerSpec::quorum).map(HostPort::port).ifPresent(ports::add);
        for (int port : ports) {
            try (ServerSocket probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(port));
            } catch (BindException e) {
                throw new ToolException("something listens at port " + port + ", which is this server's in "
                        + config.file() + ": stop the server first");
            }
        }
    }

    /** A promise that cannot be read is set aside as well: the server then relies on whom the others follow. */
    private boolean isPromiseReadable() {
        try {
            return new StoredFiles(new ReadOnlyDisk(data, data), 1 << 20)
                    .acceptedEpoch()
                    .isPresent();
        } catch (StorageException e) {
            findings.note(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void setAside(Path version, boolean promiseKept) throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(version)) {
            files = entries.filter(file -> !stays(String.valueOf(file.getFileName()), promiseKept))
                    .toList();
        }
        if (files.isEmpty()) {
            return;
        }
        Path aside = Files.createDirectories(version.resolveSibling(asideName));
        for (Path file : files) {
            Files.move(file, aside.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
        Copies.forceDirectory(aside);
        Copies.forceDirectory(version);
        Copies.forceDirectory(parent(version));
        asides.add(aside);
        findings.say(files.size() + " files of " + version + " are in " + aside);
    }

    private static boolean stays(String name, boolean promiseKept) {
        return name.equals(Rebuild.MARKER) || (promiseKept && name.equals(ACCEPTED_EPOCH));
    }

    private void report(boolean promiseKept) {
        if (asides.isEmpty()) {
            findings.say("there was nothing to set aside");
        }
        if (!promiseKept) {
            findings.note(
                    "there is no acceptedEpoch that can be read: the server follows only a leader that a majority of the other voters "
                            + "follows already");
        }
        findings.say(
                "Start the server now. It takes no part in elections until it has the leader's data. When it serves, what was set aside"
                        + " can be removed.");
    }
}
