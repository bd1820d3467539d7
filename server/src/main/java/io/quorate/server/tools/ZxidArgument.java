package io.quorate.server.tools;

import picocli.CommandLine.TypeConversionException;

/** A zxid on the command line. Hexadecimal only, and marked as that: a number without a mark would be read one way and meant the other. */
record ZxidArgument(long zxid) {
    static ZxidArgument parse(String text) {
        if (!text.startsWith("0x") && !text.startsWith("0X")) {
            throw new TypeConversionException(
                    "'" + text + "' is no zxid: write it in hexadecimal with 0x before it, as in 0x100000003");
        }
        try {
            long zxid = Long.parseUnsignedLong(text.substring(2), 16);
            if (zxid < 0) {
                throw new TypeConversionException("'" + text + "' is beyond the last possible zxid");
            }
            return new ZxidArgument(zxid);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is no zxid: one looks like 0x100000003");
        }
    }
}
