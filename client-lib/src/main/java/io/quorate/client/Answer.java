package io.quorate.client;

import io.quorate.client.session.ReplyHandler;
import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.ReplyHeader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns the outcome of one request into a value or a {@link QuorateException}, and completes its future where the user wants that done. */
final class Answer<T> implements ReplyHandler {
    private final String operation;
    private final String path;
    private final int opCode;
    private final Function<JuteReader, T> decoder;
    private final @Nullable Instead<T> instead;
    private final Executor executor;
    private final CompletableFuture<T> future = new CompletableFuture<>();

    /** An error that is an answer: no node where one is asked whether there is one. */
    record Instead<T>(ErrorCode of, T value) {}

    /** @param instead null if every error is one */
    Answer(
            String operation,
            String path,
            int opCode,
            Function<JuteReader, T> decoder,
            @Nullable Instead<T> instead,
            Executor executor) {
        this.operation = operation;
        this.path = path;
        this.opCode = opCode;
        this.decoder = decoder;
        this.instead = instead;
        this.executor = executor;
    }

    CompletableFuture<T> future() {
        return future;
    }

    /** Fails without asking anybody. */
    CompletableFuture<T> refuse(String reason) {
        fail(ErrorCode.BAD_ARGUMENTS, false, reason);
        return future;
    }

    @Override
    public void onReply(ReplyHeader header, JuteReader body) {
        ErrorCode code = ErrorCode.of(header.err());
        Instead<T> expected = instead;
        if (expected != null && expected.of == code) {
            complete(() -> future.complete(expected.value));
        } else if (code != ErrorCode.OK) {
            fail(code, false, code.code() == header.err() ? "" : "error " + header.err());
        } else {
            decode(body);
        }
    }

    private void decode(JuteReader body) {
        try {
            T value = decoder.apply(body);
            complete(() -> future.complete(value));
        } catch (QuorateException e) {
            complete(() -> future.completeExceptionally(e));
        } catch (JuteException | IllegalArgumentException e) {
            fail(ErrorCode.MARSHALLING_ERROR, OpCode.isWrite(opCode), String.valueOf(e.getMessage()));
        }
    }

    /** A user's executor that takes no more must neither leave somebody waiting nor end the session. */
    private void complete(Runnable completion) {
        try {
            executor.execute(completion);
        } catch (RejectedExecutionException e) {
            completion.run();
        }
    }

    @Override
    public void onFailure(ErrorCode code, boolean sent, String reason) {
        fail(code, sent && OpCode.isWrite(opCode), reason);
    }

    private void fail(ErrorCode code, boolean maybeDone, String reason) {
        QuorateException failure = QuorateException.of(code, operation, path, maybeDone, reason);
        complete(() -> future.completeExceptionally(failure));
    }
}
