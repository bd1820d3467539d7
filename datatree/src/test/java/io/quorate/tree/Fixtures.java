package io.quorate.tree;

import io.quorate.jute.JuteReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a standalone Apache ZooKeeper 3.9.5 did with a script of some 300 requests of several sessions, with extended types enabled and a
 * super user {@code super:secret}.
 *
 * <pre>
 *   transcript.txt   C client session timeout          a session was created
 *                    A client scheme text err          an auth packet
 *                    &gt; client xid op body              a request, bytes in hex, "-" for none
 *                    E client frame                    events that came before the reply
 *                    &lt; client err body                 its reply
 *   txns.bin         the entries of its log: (length int, bytes)*
 *   snapshot.bin     the snapshot that it wrote at the end
 * </pre>
 */
final class Fixtures {
    static final int FILE_HEADER_BYTES = 16;

    private Fixtures() {}

    static List<String> transcript() {
        return new String(resource("transcript.txt"), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    static List<byte[]> txns() {
        JuteReader in = new JuteReader(resource("txns.bin"));
        List<byte[]> result = new ArrayList<>();
        while (in.remaining() > 0) {
            result.add(in.readBuffer());
        }
        return result;
    }

    static byte[] snapshotFile() {
        return resource("snapshot.bin");
    }

    static TreeSettings settings() {
        return TreeSettings.defaults()
                .withExtendedTypesEnabled(true)
                .withAuth(AuthSettings.defaults().withSuperDigest("super:lK75jTNcA+U9vtVEw5vB51mj/w4="));
    }

    static byte[] hex(String text) {
        return text.equals("-") ? new byte[0] : HexFormat.of().parseHex(text);
    }

    private static byte[] resource(String name) {
        try (InputStream in = Fixtures.class.getResourceAsStream("reference/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
