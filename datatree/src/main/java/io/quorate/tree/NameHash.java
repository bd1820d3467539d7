package io.quorate.tree;

import java.util.Arrays;

/** Hashes of names, all 32 bits of them mixed, since {@link ChildTable} uses both ends. */
final class NameHash {
    private static final int SEED = 0x811c9dc5;
    private static final int PRIME = 0x01000193;

    private NameHash() {}

    static int of(byte[] bytes, int offset, int length) {
        int hash = SEED;
        for (int i = offset; i < offset + length; i++) {
            hash = (hash ^ bytes[i]) * PRIME;
        }
        return mix(hash);
    }

    static int start() {
        return SEED;
    }

    static int add(int hash, int asciiByte) {
        return (hash ^ asciiByte) * PRIME;
    }

    /** The finalizer of MurmurHash3. */
    static int mix(int hash) {
        int h = hash;
        h ^= h >>> 16;
        h *= 0x85ebca6b;
        h ^= h >>> 13;
        h *= 0xc2b2ae35;
        return h ^ (h >>> 16);
    }

    static boolean equal(byte[] a, int aOffset, byte[] b, int bOffset, int length) {
        return Arrays.equals(a, aOffset, aOffset + length, b, bOffset, bOffset + length);
    }
}
