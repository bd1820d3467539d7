package io.quorate.server.tools;

import io.quorate.election.HostPort;
import io.quorate.election.ServerSpec;
import io.quorate.replica.storage.Rebuild;
import io.quorate.replica.storage.StorageException;
import io.quorate.replica.storage.StoredFiles;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.disk.FileDisk;
import io.quorate.server.disk.ForceTimes;
import io.quorate.server.disk.ReadOnlyDisk;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** What has to be known of a server before its files are set aside ({@link Rebuild#setAside}), and what its operator is told. */
final class SettingAside {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final ServerConfig config;
    private final Path data;
    private final Path log;
    private final String asideName;
    private final Findings findings;

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
        FileDisk disk = FileDisk.open(
                config.directories().data(), config.directories().log(), false, new ForceTimes(Integer.MAX_VALUE));
        Rebuild.SetAside done = Rebuild.setAside(disk, asideName, promiseKept);
        say(data, done.data());
        say(log, done.log());
        if (done.data() + done.log() == 0) {
            findings.say("there was nothing to set aside");
        }
        report(promiseKept);
    }

    private void say(Path version, int files) {
        if (files > 0) {
            findings.say(files + " files of " + version + " are in " + version.resolveSibling(asideName));
        }
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

    private void report(boolean promiseKept) {
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
