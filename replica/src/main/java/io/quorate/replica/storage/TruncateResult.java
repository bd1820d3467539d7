package io.quorate.replica.storage;

/** Whether a truncation was done. */
public enum TruncateResult {
    /** The history on disk now ends with the zxid that was asked for. Memory has to be loaded anew. */
    CUT,
    /** That zxid is not in this history, or nothing older is left to rebuild the tree from. Nothing was changed; the server needs a SNAP. */
    NOT_FOUND
}
