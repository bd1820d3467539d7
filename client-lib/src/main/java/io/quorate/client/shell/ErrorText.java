package io.quorate.client.shell;

import io.quorate.client.QuorateException;

/** Errors in the words that people and scripts know. */
final class ErrorText {
    private ErrorText() {}

    static String show(QuorateException e) {
        String path = e.path();
        return switch (e.code()) {
            case NO_NODE -> "Node does not exist: " + path;
            case NODE_EXISTS -> "Node already exists: " + path;
            case NOT_EMPTY -> "Node not empty: " + path;
            case NO_CHILDREN_FOR_EPHEMERALS -> "Ephemerals cannot have children: " + path;
            case BAD_VERSION -> "version No is not valid : " + path;
            case NO_AUTH -> "Insufficient permission : " + path;
            case INVALID_ACL -> "Acl is not valid : " + path;
            case AUTH_FAILED -> "Authentication failed: " + e.getMessage();
            case QUOTA_EXCEEDED -> "Quota has exceeded : " + path;
            default -> String.valueOf(e.getMessage());
        };
    }
}
