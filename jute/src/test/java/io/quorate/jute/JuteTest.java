package io.quorate.jute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Bytes are those that the reference library produced (protocol reference, "Primitives" and "Records shared by several protocols"). */
class JuteTest {
    private static String hex(JuteWriter writer) {
        return HexFormat.of().formatHex(writer.toByteArray());
    }

    private static JuteReader reader(String hex) {
        return new JuteReader(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @Test
    void writesThePrimitivesAsTheReferenceDoes() {
        assertThat(hex(new JuteWriter().writeByte(0x42))).isEqualTo("42");
        assertThat(hex(new JuteWriter().writeBoolean(true).writeBoolean(false))).isEqualTo("0100");
        assertThat(hex(new JuteWriter().writeInt(1).writeInt(-1))).isEqualTo("00000001ffffffff");
        assertThat(hex(new JuteWriter().writeLong(0x100000002L))).isEqualTo("0000000100000002");
        assertThat(hex(new JuteWriter().writeBuffer(null))).isEqualTo("ffffffff");
        assertThat(hex(new JuteWriter().writeBuffer(new byte[0]))).isEqualTo("00000000");
        assertThat(hex(new JuteWriter().writeBuffer(new byte[] {1, 2, 3}))).isEqualTo("00000003010203");
        assertThat(hex(new JuteWriter().writeString(null))).isEqualTo("ffffffff");
        assertThat(hex(new JuteWriter().writeString("/a"))).isEqualTo("000000022f61");
        assertThat(hex(new JuteWriter().writeString("é€"))).isEqualTo("00000005c3a9e282ac");
    }

    @Test
    void readsWhatItWrites() {
        JuteWriter out = new JuteWriter(16);
        out.writeLong(Long.MIN_VALUE)
                .writeInt(Integer.MAX_VALUE)
                .writeBoolean(true)
                .writeString("a€")
                .writeBuffer(new byte[300]);
        out.writeString(null).writeBuffer(null);
        JuteReader in = new JuteReader(out.toByteArray());
        assertThat(in.readLong()).isEqualTo(Long.MIN_VALUE);
        assertThat(in.readInt()).isEqualTo(Integer.MAX_VALUE);
        assertThat(in.readBoolean()).isTrue();
        assertThat(in.readString()).isEqualTo("a€");
        assertThat(in.readBuffer()).hasSize(300);
        assertThat(in.readString()).isNull();
        assertThat(in.readBuffer()).isNull();
        assertThat(in.remaining()).isZero();
    }

    @Test
    void anyNonZeroByteIsTrue() {
        assertThat(reader("07").readBoolean()).isTrue();
    }

    @Test
    void surrogatesOnTheirOwnReadAsReplacementCharacters() {
        assertThat(reader("00000006 eda0bd edb880").readString()).isEqualTo("\ufffd\ufffd");
        assertThat(reader("00000004 f09f9880").readString()).isEqualTo("\ud83d\ude00");
    }

    @Test
    void aVectorCountBelowMinusOneIsAnEmptyVector() {
        assertThat(reader("ffffffff").readVectorCount()).isEqualTo(-1);
        assertThat(reader("fffffffe").readVectorCount()).isZero();
    }

    @Test
    void aFieldOfTheLimitPassesAndOneMoreFails() {
        JuteWriter out = new JuteWriter();
        out.writeBuffer(new byte[JuteLimits.DEFAULT_MAX_FIELD]);
        assertThat(new JuteReader(out.toByteArray()).readBuffer()).hasSize(2097150);
        out.reset();
        out.writeBuffer(new byte[JuteLimits.DEFAULT_MAX_FIELD + 1]);
        JuteReader tooLong = new JuteReader(out.toByteArray());
        assertThatThrownBy(tooLong::readBuffer)
                .isInstanceOf(JuteException.class)
                .hasMessageContaining("2097151");
    }

    @Test
    void aNegativeLengthOtherThanMinusOneIsMalformedAndNotAnUnderflow() {
        assertThatThrownBy(() -> reader("fffffffe").readString())
                .isInstanceOf(JuteException.class)
                .isNotInstanceOf(JuteUnderflowException.class);
    }

    @Test
    void aShortRecordIsAnUnderflowThatTellsWhatIsMissingAndCanBeReadAgain() {
        JuteReader in = reader("00000005 616263");
        int start = in.position();
        assertThatThrownBy(in::readString)
                .isInstanceOfSatisfying(
                        JuteUnderflowException.class,
                        e -> assertThat(e.missing()).isEqualTo(2));
        in.position(start);
        assertThat(in.readInt()).isEqualTo(5);
    }

    @Test
    void whatIsSteppedOverIsTheWholeField() {
        JuteWriter out = new JuteWriter();
        out.writeBuffer(new byte[] {1, 2, 3}).writeBuffer(null).writeString("").writeInt(7);
        JuteReader in = new JuteReader(out.toByteArray());
        in.skipBuffer();
        in.skipBuffer();
        in.skipBuffer();
        assertThat(in.readInt()).isEqualTo(7);
    }

    @Test
    void roomForBytesOfTheCallerIsPartOfWhatWasWritten() {
        JuteWriter out = new JuteWriter(16);
        out.writeInt(1);
        int at = out.skip(100);
        out.array()[at] = 9;
        assertThat(at).isEqualTo(4);
        assertThat(out.size()).isEqualTo(104);
        assertThat(out.toByteArray()[4]).isEqualTo((byte) 9);
    }

    @Test
    void recordsHaveTheReferenceLayout() {
        JuteWriter out = new JuteWriter();
        new TxnHeader(1, 2, 3, 4, 5).write(out);
        assertThat(hex(out)).isEqualTo("0000000000000001000000020000000000000003000000000000000400000005");
        assertThat(TxnHeader.read(new JuteReader(out.toByteArray()))).isEqualTo(new TxnHeader(1, 2, 3, 4, 5));
        out.reset();
        new Id("world", "anyone").write(out);
        assertThat(hex(out)).isEqualTo("00000005776f726c6400000006616e796f6e65");
        out.reset();
        new TxnDigest(TxnDigest.VERSION, 1371985504L).write(out);
        assertThat(TxnDigest.read(new JuteReader(out.toByteArray()))).isEqualTo(new TxnDigest(2, 1371985504L));
    }

    @Test
    void zxidsSplitIntoEpochAndUnsignedCounter() {
        long zxid = Zxid.of(3, 0xfffffffeL);
        assertThat(Zxid.epoch(zxid)).isEqualTo(3);
        assertThat(Zxid.counter(zxid)).isEqualTo(0xfffffffeL);
        assertThat(Zxid.hex(Zxid.of(1, 1))).isEqualTo("100000001");
        assertThat(Zxid.isEpochStart(Zxid.of(7, 0))).isTrue();
    }
}
