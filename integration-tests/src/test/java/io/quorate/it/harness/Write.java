package io.quorate.it.harness;

/**
 * One write that a client sent, and what it knows of its fate.
 *
 * @param writer who sent it; a writer's writes are numbered from 0 and sent in this order
 * @param number the write's own, unique for its writer; it is the data that the write leaves in the tree
 * @param acknowledged whether the server said that it is done; otherwise it may have happened or not
 * @param path where it is, as the server named it; the wanted path if it was not acknowledged
 * @param version the version that the server said the node has after it; 0 for a create and if not acknowledged
 */
public record Write(Kind kind, int writer, int number, boolean acknowledged, String path, int version) {
    /** What a write does. */
    public enum Kind {
        /** A persistent sequential node below the writer's own folder. */
        CREATE,
        /** New data for the writer's own node, whatever its version. */
        SET
    }

    /** What a creator's node holds. */
    String data() {
        return writer + ":" + number;
    }
}
