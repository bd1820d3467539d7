package io.quorate.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.Id;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes are those that the reference implementation produced. */
class ProtocolTest {
    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static String hex(JuteWriter out) {
        return HexFormat.of().formatHex(out.toByteArray());
    }

    @Test
    void connectRequestOfAStockClient() {
        byte[] frame = bytes(
                "00000000 0000000000000000 00002710 0000000000000000 00000010 00000000000000000000000000000000 00");
        ConnectRequest request = ConnectRequest.read(new JuteReader(frame));
        assertThat(request.timeOut()).isEqualTo(10_000);
        assertThat(request.passwd()).hasSize(16);
        assertThat(request.readOnly()).isFalse();
        JuteWriter out = new JuteWriter();
        request.write(out);
        assertThat(out.toByteArray()).isEqualTo(frame);
    }

    @Test
    void aConnectRequestOfAnOldClientHasNoReadOnlyByte() {
        byte[] frame =
                bytes("00000000 0000000000000000 00002710 0000000000000000 00000010 00000000000000000000000000000000");
        assertThat(ConnectRequest.read(new JuteReader(frame)).readOnly()).isNull();
        JuteWriter out = new JuteWriter();
        new ConnectResponse(0, 10_000, 1, new byte[16], null).write(out);
        assertThat(out.size()).isEqualTo(36);
    }

    @Test
    void connectResponseAsTheReferenceSendsIt() {
        byte[] payload = bytes("00000000 00002710 0100000aec3a0000 00000010 94e1b3a4913547d692e01efec2122329 00");
        ConnectResponse response = ConnectResponse.read(new JuteReader(payload));
        assertThat(response.sessionId()).isEqualTo(0x0100000aec3a0000L);
        assertThat(response.passwd()).isEqualTo(SessionPassword.of(0x0100000aec3a0000L));
    }

    @Test
    void passwordsAreThoseOfTheReferencesGenerator() {
        for (long id : new long[] {1, -1, 0x100001610630000L, Long.MIN_VALUE}) {
            byte[] expected = new byte[16];
            new Random(id ^ 0xB3415C00L).nextBytes(expected);
            assertThat(SessionPassword.of(id)).isEqualTo(expected);
        }
    }

    @Test
    void aclAndStatHaveTheReferenceLayout() {
        JuteWriter out = new JuteWriter();
        Acl.OPEN.get(0).write(out);
        assertThat(hex(out)).isEqualTo("0000001f00000005776f726c6400000006616e796f6e65");
        out.reset();
        Stat stat = new Stat(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        stat.write(out);
        assertThat(hex(out))
                .isEqualTo("0000000000000001000000000000000200000000000000030000000000000004"
                        + "000000050000000600000007" + "0000000000000008" + "000000090000000a" + "000000000000000b");
        assertThat(Stat.read(new JuteReader(out.toByteArray()))).isEqualTo(stat);
        assertThat(out.size()).isEqualTo(Stat.BYTES);
    }

    @Test
    void aNullAclListIsNotAnEmptyOne() {
        JuteWriter out = new JuteWriter();
        Acl.writeList(out, null);
        Acl.writeList(out, List.of());
        Acl.writeList(out, List.of(new Acl(1, new Id("ip", "::1"))));
        JuteReader in = new JuteReader(out.toByteArray());
        assertThat(Acl.readList(in)).isNull();
        assertThat(Acl.readList(in)).isEmpty();
        assertThat(Acl.readList(in)).containsExactly(new Acl(1, new Id("ip", "::1")));
    }

    @Test
    void theEndOfAMulti() {
        JuteWriter out = new JuteWriter();
        MultiHeader.END.write(out);
        assertThat(hex(out)).isEqualTo("ffffffff01ffffffff");
    }

    @Test
    void aWatchEventAsTheReferenceSendsIt() {
        JuteWriter out = new JuteWriter();
        new ReplyHeader(Xid.WATCH_EVENT, 0x100000016L, 0).write(out);
        new WatcherEvent(EventType.NODE_DATA_CHANGED.code(), WatcherEvent.SYNC_CONNECTED, "/a").write(out);
        assertThat(hex(out)).isEqualTo("ffffffff0000000100000016000000000000000300000003000000022f61");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "/a/b", "/...", "/.b", "/a b", "/\u00e9"})
    void goodPaths(String path) {
        assertThat(Paths.problem(path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "/a/",
                "//",
                "/a//b",
                "/.",
                "/a/..",
                "/a/./b",
                "/a\u0000",
                "/\u001f",
                "/\u007f",
                "/\u009f",
                "/\ud800",
                "/\uf8ff",
                "/\ufff0",
                "/\uffff"
            })
    void badPaths(String path) {
        assertThat(Paths.problem(path)).isPresent();
    }

    @Test
    void aSequentialPathMayEndWithASlash() {
        assertThat(Paths.problem("/a/", true)).isEmpty();
        assertThat(Paths.problem("/", true)).isEmpty();
        assertThat(Paths.problem("/a//", true)).isPresent();
        assertThat(Paths.problem(null, true)).isPresent();
    }

    @Test
    void parentsAndNames() {
        assertThat(Paths.parent("/a/b")).isEqualTo("/a");
        assertThat(Paths.parent("/a")).isEqualTo("/");
        assertThat(Paths.parent("/")).isEqualTo("/");
        assertThat(Paths.name("/a/b")).isEqualTo("b");
    }

    @Test
    void errorCodesAreFoundByNumber() {
        assertThat(ErrorCode.of(-101)).isEqualTo(ErrorCode.NO_NODE);
        assertThat(ErrorCode.of(-9999)).isEqualTo(ErrorCode.SYSTEM_ERROR);
        for (ErrorCode each : ErrorCode.values()) {
            assertThat(ErrorCode.of(each.code())).isEqualTo(each);
        }
    }
}
