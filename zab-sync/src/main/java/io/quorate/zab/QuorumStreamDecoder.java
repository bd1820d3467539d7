package io.quorate.zab;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteUnderflowException;
import java.util.Arrays;

/**
 * Turns the bytes of a quorum connection into calls of a {@link PeerListener}. Packets have no length prefix, so a packet that is cut off
 * is kept and tried again when more bytes have come; the number of bytes that are known to be missing keeps that from costing more than
 * the packet's size.
 */
public final class QuorumStreamDecoder {
    private final PeerListener listener;
    private final int maxField;

    /** Bytes that may be kept for something that is not whole. */
    private final long maxKept;

    /** What is kept between calls: the beginning of a packet that is not whole yet. */
    private byte[] kept = new byte[4096];

    private int keptLength;
    private int wanted;

    /** @param maxField largest string or buffer in a packet, in bytes */
    public QuorumStreamDecoder(PeerListener listener, int maxField) {
        this.listener = listener;
        this.maxField = maxField;
        this.maxKept = (long) maxField * ZabLimits.MAX_PACKET_FIELDS;
    }

    /**
     * Hands on all that is whole.
     *
     * @throws JuteException if the bytes are no packet: the connection cannot be used any more
     */
    public void onBytes(byte[] bytes, int offset, int length, long nowNanos) {
        if (keptLength == 0) {
            int used = decode(bytes, offset, length, nowNanos);
            keep(bytes, offset + used, length - used);
            return;
        }
        keep(bytes, offset, length);
        if (keptLength < wanted) {
            return;
        }
        int used = decode(kept, 0, keptLength, nowNanos);
        System.arraycopy(kept, used, kept, 0, keptLength - used);
        keptLength -= used;
    }

    private void keep(byte[] bytes, int offset, int length) {
        if (keptLength + length > kept.length) {
            // By what has come, not by what a length promises.
            kept = Arrays.copyOf(kept, Math.max(keptLength + length, 2 * kept.length));
        }
        System.arraycopy(bytes, offset, kept, keptLength, length);
        keptLength += length;
    }

    private int decode(byte[] bytes, int offset, int length, long nowNanos) {
        wanted = 0;
        int used = 0;
        while (used < length) {
            int step = listener.wantsRaw()
                    ? listener.onRaw(bytes, offset + used, length - used, nowNanos)
                    : decodePacket(bytes, offset + used, length - used, nowNanos);
            if (step == 0) {
                requireBounded(Math.max(length - used, wanted));
                break;
            }
            used += step;
        }
        return used;
    }

    private void requireBounded(int bytes) {
        if (bytes > maxKept) {
            throw new JuteException("something of " + bytes + " bytes that is not whole yet; at most " + maxKept
                    + " are expected (jute.maxbuffer)");
        }
    }

    private int decodePacket(byte[] bytes, int offset, int length, long nowNanos) {
        JuteReader in = new JuteReader(bytes, offset, length, maxField);
        QuorumPacket packet;
        try {
            packet = QuorumPacket.read(in);
        } catch (JuteUnderflowException e) {
            wanted = length + e.missing();
            return 0;
        }
        listener.onPacket(packet, nowNanos);
        return in.position() - offset;
    }
}
