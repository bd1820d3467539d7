package io.quorate.server.auth;

import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.sasl.AuthorizeCallback;
import javax.security.sasl.RealmCallback;
import org.jspecify.annotations.Nullable;

/** What the JDK's DIGEST-MD5 asks about one client. */
final class DigestMd5Callbacks implements CallbackHandler {
    private final Map<String, String> passwords;

    /** The name that the client gave, if there is such a user. */
    private @Nullable String user;

    DigestMd5Callbacks(Map<String, String> passwords) {
        this.passwords = passwords;
    }

    @Override
    public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
        for (Callback each : callbacks) {
            if (each instanceof NameCallback name) {
                onName(name);
            } else if (each instanceof PasswordCallback password) {
                onPassword(password);
            } else if (each instanceof RealmCallback realm) {
                realm.setText(realm.getDefaultText());
            } else if (each instanceof AuthorizeCallback authorize) {
                onAuthorize(authorize);
            } else {
                throw new UnsupportedCallbackException(each);
            }
        }
    }

    private void onName(NameCallback callback) {
        String name = callback.getDefaultName();
        if (name != null && passwords.containsKey(name)) {
            user = name;
            callback.setName(name);
        }
    }

    /** Without a password the JDK ends the exchange. */
    private void onPassword(PasswordCallback callback) {
        String password = user == null ? null : passwords.get(user);
        if (password != null) {
            callback.setPassword(password.toCharArray());
        }
    }

    /** Whoever the client asks to be taken for, it is the one whose password it knows. */
    private static void onAuthorize(AuthorizeCallback callback) {
        callback.setAuthorizedID(callback.getAuthenticationID());
        callback.setAuthorized(true);
    }
}
