package io.quorate.server;

import io.quorate.jute.JuteReader;
import io.quorate.replica.ClientConnection;
import io.quorate.replica.Replica;
import io.quorate.replica.ReplicaDetails;
import io.quorate.replica.ReplicaStatus;
import io.quorate.replica.port.ClientChannel;
import io.quorate.server.admin.FourLetterWords;
import io.quorate.server.admin.ProcessFacts;
import io.quorate.server.client.ClientSessions;
import io.quorate.server.client.FourLetterWord;
import io.quorate.server.client.PortStats;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.loop.CoreLoop;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The client port's way into the replica. Texts for operators are made on a thread of their own, from the replica's status. */
final class ReplicaSessions implements ClientSessions {
    private static final int MAX_WAITING_WORDS = 256;
    private static final int IDLE_SECONDS = 10;

    private final CoreLoop core;
    private final ServerConfig config;
    private final ProcessFacts process;
    private final ThreadPoolExecutor admin;
    private @Nullable Replica replica;
    private @Nullable FourLetterWords words;

    ReplicaSessions(CoreLoop core, ServerConfig config, ProcessFacts process) {
        this.core = core;
        this.config = config;
        this.process = process;
        admin = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING_WORDS), task -> {
                    Thread thread = new Thread(task, "admin");
                    thread.setDaemon(true);
                    return thread;
                });
        admin.allowCoreThreadTimeOut(true);
    }

    /** Called before anything is accepted. */
    void serve(Replica newReplica, PortStats port) {
        replica = newReplica;
        words = new FourLetterWords(config, port, process);
    }

    void shutdown() {
        admin.shutdown();
    }

    @Override
    public Session onConnected(ClientChannel channel, long nowNanos) {
        return new ReplicaSession(replica().onClientConnected(channel, nowNanos));
    }

    @Override
    public void onWord(FourLetterWord word, byte[] argument, Consumer<String> answer) {
        if (word == FourLetterWord.STMK && words != null) {
            words.setTraceMask(new JuteReader(argument).readLong());
        }
        ReplicaStatus status = replica().status();
        ReplicaDetails details = replica().details(FourLetterWords.needs(word, status));
        if (status.serving()) {
            reset(word);
        }
        try {
            admin.execute(() -> {
                String text = words == null ? "" : words.answer(word, status, details);
                core.execute(() -> {
                    core.input();
                    answer.accept(text);
                });
            });
        } catch (RejectedExecutionException e) {
            answer.accept("");
        }
    }

    private void reset(FourLetterWord word) {
        if (word == FourLetterWord.SRST) {
            replica().resetRequestStats();
        } else if (word == FourLetterWord.CRST) {
            replica().resetConnectionStats();
        }
    }

    private Replica replica() {
        if (replica == null) {
            throw new IllegalStateException("a client came in before the replica was there");
        }
        return replica;
    }

    /** One connection. */
    private record ReplicaSession(ClientConnection connection) implements Session {
        @Override
        public void onFrame(byte[] frame, long nowNanos, long wallMs) {
            connection.onFrame(frame, nowNanos, wallMs);
        }

        @Override
        public void onClosed(long nowNanos) {
            connection.onClosed(nowNanos);
        }
    }
}
