package io.quorate.it.conformance;

import io.quorate.it.harness.StockClient;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Bytes of a frame, field by field. Nothing is checked: a case may say anything to a server. */
final class Body {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Body() {}

    static Body of() {
        return new Body();
    }

    static Body path(@Nullable String path) {
        return of().text(path);
    }

    Body int32(int value) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes.write(value >>> shift);
        }
        return this;
    }

    Body int64(long value) {
        return int32((int) (value >>> 32)).int32((int) value);
    }

    Body flag(boolean value) {
        bytes.write(value ? 1 : 0);
        return this;
    }

    Body data(byte @Nullable [] value) {
        if (value == null) {
            return int32(-1);
        }
        int32(value.length);
        return raw(value);
    }

    Body text(@Nullable String value) {
        return data(value == null ? null : StockClient.bytes(value));
    }

    Body texts(String... values) {
        int32(values.length);
        for (String value : values) {
            text(value);
        }
        return this;
    }

    /** Entries as {@link Acls} writes them. */
    Body acl(@Nullable String acl) {
        return raw(Acls.encode(acl));
    }

    Body raw(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    Body hex(String digits) {
        return raw(HexFormat.of().parseHex(digits.replace(" ", "")));
    }

    Body add(Body other) {
        return raw(other.bytes());
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    /** The first bytes only. */
    Body cut(int length) {
        byte[] all = bytes();
        Body result = of();
        result.bytes.write(all, 0, length);
        return result;
    }
}
