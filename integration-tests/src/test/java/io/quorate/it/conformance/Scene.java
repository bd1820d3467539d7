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
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

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

    Transcript transcript() {
        return transcript;
    }

    int port() {
        return port;
    }

    /** A heading in the transcript. */
    void say(String text) {
        transcript.line("# " + text);
    }

    /** Closes the resource when the case is over. */
    <T extends AutoCloseable> T closing(T resource) {
        resources.push(resource);
        return resource;
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable resource : resources) {
            resource.close();
        }
        sessions.forEach(RawSession::end);
    }
}
