package io.quorate.server.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.DiskFile;
import io.quorate.replica.storage.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverlayDiskTest {
    @TempDir
    private Path root;

    private ReadOnlyDisk below;
    private OverlayDisk disk;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(root.resolve("a"), "0123456789");
        below = new ReadOnlyDisk(root, root);
        disk = new OverlayDisk(below);
    }

    private String text(String name) {
        return new String(disk.read(DiskDirectory.DATA, name), StandardCharsets.ISO_8859_1);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void whatIsWrittenIsReadAndNeverReachesTheFile() throws IOException {
        try (DiskFile file = disk.open(DiskDirectory.LOG, "a", OpenMode.WRITE)) {
            file.write(2, bytes("xyz"));
            file.write(4, bytes("!"));
            file.truncate(8);
            file.write(10, bytes("end"));
        }
        assertThat(text("a")).isEqualTo("01xy!567\0\0end");
        assertThat(disk.size(DiskDirectory.DATA, "a")).isEqualTo(13);
        assertThat(root.resolve("a")).hasContent("0123456789");
    }

    @Test
    void namesAreChangedInMemoryOnly() throws IOException {
        disk.open(DiskDirectory.DATA, "b", OpenMode.CREATE).close();
        disk.rename(DiskDirectory.DATA, "a", "c");
        assertThat(text("c")).isEqualTo("0123456789");
        assertThat(disk.list(DiskDirectory.LOG)).containsExactlyInAnyOrder("b", "c");
        disk.delete(DiskDirectory.LOG, "c");
        assertThat(disk.exists(DiskDirectory.DATA, "c")).isFalse();
        assertThatThrownBy(() -> disk.open(DiskDirectory.DATA, "c", OpenMode.READ))
                .isInstanceOf(DiskException.class);
        try (var files = Files.list(root)) {
            assertThat(files).containsExactly(root.resolve("a"));
        }
    }

    /** Beside an array that is changed in the same way. */
    @Test
    void writesAndCutsInAnyOrderReadAsInAFile() {
        Random random = new Random(42);
        byte[] expected = "0123456789".getBytes(StandardCharsets.US_ASCII);
        try (DiskFile file = disk.open(DiskDirectory.DATA, "a", OpenMode.WRITE)) {
            for (int i = 0; i < 500; i++) {
                if (random.nextInt(4) == 0) {
                    int length = random.nextInt(expected.length + 1);
                    file.truncate(length);
                    expected = Arrays.copyOf(expected, length);
                } else {
                    int position = random.nextInt(60);
                    byte[] piece = new byte[1 + random.nextInt(20)];
                    random.nextBytes(piece);
                    file.write(position, ByteBuffer.wrap(piece));
                    expected = Arrays.copyOf(expected, Math.max(expected.length, position + piece.length));
                    System.arraycopy(piece, 0, expected, position, piece.length);
                }
                assertThat(disk.read(DiskDirectory.DATA, "a"))
                        .as("after change " + i)
                        .isEqualTo(expected);
            }
        }
        assertThat(root.resolve("a")).hasContent("0123456789");
    }

    @Test
    void theDiskBelowRefusesEveryChange() {
        assertThatThrownBy(() -> below.open(DiskDirectory.DATA, "a", OpenMode.WRITE))
                .isInstanceOf(DiskException.class);
        assertThatThrownBy(() -> below.open(DiskDirectory.DATA, "b", OpenMode.CREATE))
                .isInstanceOf(DiskException.class);
        assertThatThrownBy(() -> below.delete(DiskDirectory.DATA, "a")).isInstanceOf(DiskException.class);
        assertThatThrownBy(() -> below.rename(DiskDirectory.DATA, "a", "b")).isInstanceOf(DiskException.class);
        assertThatThrownBy(below::deleteInitializeMarker).isInstanceOf(DiskException.class);
        assertThat(root.resolve("a")).hasContent("0123456789");
    }
}
