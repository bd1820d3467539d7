package io.quorate.client;

import io.quorate.protocol.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * An operation that did not succeed: what was tried, on which node, why not, and whether it may have happened all the same. The errors that
 * programs most often tell apart have a class of their own.
 */
public class QuorateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String operation;
    private final String path;
    private final boolean maybeDone;
    private final String reason;

    QuorateException(ErrorCode code, String operation, String path, boolean maybeDone, String reason) {
        super(message(code, operation, path, maybeDone, reason));
        this.code = code;
        this.operation = operation;
        this.path = path;
        this.maybeDone = maybeDone;
        this.reason = reason;
    }

    private static String message(ErrorCode code, String operation, String path, boolean maybeDone, String reason) {
        return operation + (path.isEmpty() ? "" : " " + path) + ": " + code.text()
                + (reason.isEmpty() ? "" : " (" + reason + ")")
                + (maybeDone
                        ? "; the request had been sent and may have been carried out: read the node to find out"
                        : "");
    }

    /** The exception of the class that fits the code. */
    static QuorateException of(ErrorCode code, String operation, String path, boolean maybeDone, String reason) {
        return switch (code) {
            case NO_NODE -> new NoNode(operation, path, maybeDone, reason);
            case NODE_EXISTS -> new NodeExists(operation, path, maybeDone, reason);
            case BAD_VERSION -> new BadVersion(operation, path, maybeDone, reason);
            case NOT_EMPTY -> new NotEmpty(operation, path, maybeDone, reason);
            case NO_AUTH -> new NoAuth(operation, path, maybeDone, reason);
            case CONNECTION_LOSS -> new ConnectionLoss(operation, path, maybeDone, reason);
            case SESSION_EXPIRED -> new SessionExpired(operation, path, maybeDone, reason);
            default -> new QuorateException(code, operation, path, maybeDone, reason);
        };
    }

    public ErrorCode code() {
        return code;
    }

    /** What was asked for: "create", "getData"… */
    public String operation() {
        return operation;
    }

    /** The node, as the user named it; "" for an operation on none. */
    public String path() {
        return path;
    }

    /**
     * Whether a write may have been carried out although this exception was thrown: it was sent, and the connection broke before its answer. A
     * create can then be decided by reading the node ({@link QuorateClient#owns} for an ephemeral one); a write with an expected version can
     * simply be tried again.
     */
    public boolean mayHaveHappened() {
        return maybeDone;
    }

    /** The same, where an earlier attempt may have done what the last one was refused. */
    QuorateException inDoubt() {
        return of(code, operation, path, true, reason);
    }

    /** What an operation's future failed with, without what the stages behind it have wrapped around. */
    public static Throwable causeOf(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    public static final class NoNode extends QuorateException {
        private static final long serialVersionUID = 1L;

        NoNode(String operation, String path, boolean maybeDone, String reason) {
            super(ErrorCode.NO_NODE, operation, path, maybeDone, reason);
        }
    }

    public static final class NodeExists extends QuorateException {
        private static final long serialVersionUID = 1L;

        NodeExists(String operation, String path, boolean maybeDone, String reason) {
            super(ErrorCode.NODE_EXISTS, operation, path, maybeDone, reason);
        }
    }

    public static final class BadVersion extends QuorateException {
        private static final long serialVersionUID = 1L;

        BadVersion(String operation, String path, boolean maybeDone, String reason) {
            super(ErrorCode.BAD_VERSION, operation, path, maybeDone, reason);
        }
    }

    public static final class NotEmpty extends QuorateException {
        private static final long serialVersionUID = 1L;

        NotEmpty(String operation, String path, boolean maybeDone, String reason) {
            super(ErrorCode.NOT_EMPTY, operation, path, maybeDone, reason);
        }
    }

    public static final class NoAuth extends QuorateException {
        private static final long serialVersionUID = 1L;

        NoAuth(String operation, String path, boolean maybeDone, String reason) {
            super(ErrorCode.NO_AUTH, operation, path, maybeDone, reason);
        }
    }

    /** No server could be asked, or the connection broke before the answer: {@link #mayHaveHappened()} tells which. */
    public static final class ConnectionLoss extends QuorateException {
        private static final long serialVersionUID = 1L;

        ConnectionLoss(String operation, String path, boolean maybeDone, String reason) {
            super(ErrorCode.CONNECTION_LOSS, operation, path, maybeDone, reason);
        }
    }

    /** The session is over, or the client was closed: a new client is needed. */
    public static final class SessionExpired extends QuorateException {
        private static final long serialVersionUID = 1L;

        SessionExpired(String operation, String path, boolean maybeDone, String reason) {
            super(ErrorCode.SESSION_EXPIRED, operation, path, maybeDone, reason);
        }
    }

    /** A multi of which one part failed, and so none was done. */
    public static final class MultiFailed extends QuorateException {
        private static final long serialVersionUID = 1L;

        private final int failedIndex;
        private final transient List<ErrorCode> codes;

        MultiFailed(ErrorCode code, String path, int failedIndex, List<ErrorCode> codes) {
            super(code, "multi", path, false, "operation " + failedIndex + " of " + codes.size() + ", none was done");
            this.failedIndex = failedIndex;
            this.codes = codes;
        }

        /** Which operation failed, from 0. */
        public int failedIndex() {
            return failedIndex;
        }

        /** One code an operation: OK before the failed one, RUNTIME_INCONSISTENCY (not tried) behind it. */
        public List<ErrorCode> codes() {
            return codes;
        }
    }
}
