package io.quorate.server.client;

/** The way from connections to the core loop. Called on the connection's loop, in order for each connection. */
interface Inbox {
    void onOpened(ClientLink link);

    /** @param argument what followed the word and belongs to it */
    void onWord(ClientLink link, FourLetterWord word, byte[] argument);

    void onFrame(ClientLink link, byte[] payload);

    void onClosed(ClientLink link);

    /** All that a socket had for now has been handed in. */
    void onReadComplete(ClientLink link);
}
