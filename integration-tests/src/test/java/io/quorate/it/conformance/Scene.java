package io.quorate.it.conformance;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** One case on one server: its folder, its connections, and its transcript. Nothing of it is left when it is closed. */
final class Scene implements AutoCloseable {
    private final int port;
    private final String folder;
    private final Transcript transcript;
    private final List<RawSession> sessions = new ArrayList<>();
    private final Deque<StockSession> stocks = new ArrayDeque<>();
    private int stockSessions;

    Scene(int port, String folder, Transcript transcript) {
        this.port = port;
        this.folder = folder;
        this.transcript = transcript;
    }

    /** A node that the case has for itself, open and persistent; the transcript calls it {@code ~}. */
    String folder() {
        return folder;
    }

    /** A path in the folder. */
    String at(String name) {
        return folder + "/" + name;
    }

    /** A new session, under the next letter. */
    RawSession session() {
        RawSession session = unconnected();
        session.connect(Handshake.newSession());
        return session;
    }

    /** A connection that has said nothing yet, under the next letter. */
    RawSession unconnected() {
        String name = String.valueOf((char) ('A' + sessions.size()));
        RawSession session = new RawSession(name, port, transcript);
        sessions.add(session);
        return session;
    }

    /** A stock client with a session of its own, under the next name. */
    StockSession stock() {
        StockSession session = new StockSession("S" + ++stockSessions, port, transcript);
        stocks.push(session);
        return session;
    }

    /** A heading in the transcript. */
    void say(String text) {
        transcript.line("# " + text);
    }

    @Override
    public void close() {
        stocks.forEach(StockSession::close);
        sessions.forEach(RawSession::end);
    }
}
