package io.quorate.client.config;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Values on disk, for a start without servers.
 *
 * <pre>
 *   # quorate configuration 1 crc32=HHHHHHHH     of all bytes behind this line
 *   key=value                                    as java.util.Properties writes them
 * </pre>
 *
 * Written beside and renamed, so that a crash leaves the old file or the new one. A file that does not fit its sum is not used.
 */
final class LastGood {
    private static final Logger log = LoggerFactory.getLogger(LastGood.class);
    private static final String TITLE = "# quorate configuration 1 crc32=";
    private static final int MAX_BYTES = 64 * 1024 * 1024;

    private final Path file;

    LastGood(Path file) {
        this.file = file;
    }

    /** @return empty if there is no file, or none that can be trusted */
    Optional<Map<String, String>> read() {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException(Files.size(file) + " bytes, at most " + MAX_BYTES + " are expected");
            }
            return Optional.of(parse(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            log.warn("{} is not used, the configuration begins without it: {}", file, e.toString());
            return Optional.empty();
        }
    }

    private static Map<String, String> parse(String text) throws IOException {
        int end = text.indexOf('\n');
        String body = text.substring(end + 1);
        if (end < 0 || !text.substring(0, end).equals(TITLE + sum(body))) {
            throw new IOException(
                    "its first line is not \"" + TITLE + sum(body) + "\": it is damaged, or no such file");
        }
        Properties properties = new Properties();
        properties.load(new StringReader(body));
        Map<String, String> result = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> result.put(key, properties.getProperty(key)));
        return result;
    }

    private static String sum(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }

    /** A disk that does not take it is warned of: the program goes on, and would begin with older values next time. */
    void write(Map<String, String> values) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            String body = body(values);
            ByteBuffer bytes = ByteBuffer.wrap((TITLE + sum(body) + "\n" + body).getBytes(StandardCharsets.UTF_8));
            try (FileChannel channel = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            log.warn("{} could not be written, a start without servers would see older values: {}", file, e.toString());
        }
    }

    private static String body(Map<String, String> values) throws IOException {
        StringBuilder result = new StringBuilder();
        for (Map.Entry<String, String> each : new TreeMap<>(values).entrySet()) {
            Properties one = new Properties();
            one.setProperty(each.getKey(), each.getValue());
            StringWriter out = new StringWriter();
            one.store(out, null);
            // The first line is the time, which would make equal files differ.
            String text = out.toString();
            result.append(text.substring(text.indexOf('\n') + 1));
        }
        return result.toString();
    }
}
