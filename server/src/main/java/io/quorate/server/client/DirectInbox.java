package io.quorate.server.client;

import io.quorate.server.loop.CoreLoop;

/** Connections that live on the core loop: no hand-over at all. */
final class DirectInbox implements Inbox {
    private final CoreLoop core;

    DirectInbox(CoreLoop core) {
        this.core = core;
    }

    @Override
    public void onOpened(ClientLink link) {
        core.input();
        link.onOpened();
    }

    @Override
    public void onWord(ClientLink link, FourLetterWord word, byte[] argument) {
        core.input();
        link.onWord(word, argument);
    }

    @Override
    public void onFrame(ClientLink link, byte[] payload) {
        core.input();
        link.onFrame(payload);
    }

    @Override
    public void onClosed(ClientLink link) {
        core.input();
        link.onClosed();
    }

    @Override
    public void onReadComplete(ClientLink link) {
        // The turn of the loop ends the batch.
    }
}
