package io.quorate.client.election;

/** What becomes of a key's value when the session that held it ends without giving it back. */
public enum KeyBehaviour {
    /** It stays, for whoever comes next. */
    RELEASE,
    /** It counts as deleted. */
    DELETE
}
