package io.quorate.it.harness;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.ReplyHeader;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.sasl.RealmCallback;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslClient;

/** A client's side of a SASL DIGEST-MD5 exchange, frame by frame, that writes down what the server answers, less what is random in it. */
public final class SaslDialogue implements AutoCloseable {
    private static final int XID = 7;

    private final WireClient client;
    private final List<String> answers;

    private SaslDialogue(WireClient client, List<String> answers) {
        this.client = client;
        this.answers = answers;
    }

    /** Opens a session. */
    public static SaslDialogue with(ServerProcess server, List<String> answers) throws IOException {
        answers.add("---- connected");
        return new SaslDialogue(WireClient.session(server), answers);
    }

    public void prove(String user, String password) throws IOException {
        proveAs(null, user, password);
    }

    /** Proves to be a user, and asks to be taken for another. */
    public void proveAs(String authorizationId, String user, String password) throws IOException {
        SaslClient sasl = Sasl.createSaslClient(
                new String[] {"DIGEST-MD5"},
                authorizationId,
                "zookeeper",
                "zk-sasl-md5",
                Map.of(),
                handler(user, password));
        try {
            byte[] challenge = token(user + " begins", new byte[0]);
            if (challenge == null) {
                return;
            }
            byte[] last = token(user + " answers", sasl.evaluateChallenge(challenge));
            if (last != null) {
                sasl.evaluateChallenge(last);
                answers.add(user + " is convinced of the server: " + sasl.isComplete());
            }
        } finally {
            sasl.dispose();
        }
    }

    private static CallbackHandler handler(String user, String password) {
        return callbacks -> {
            for (Callback each : callbacks) {
                if (each instanceof NameCallback name) {
                    name.setName(user);
                } else if (each instanceof PasswordCallback secret) {
                    secret.setPassword(password.toCharArray());
                } else if (each instanceof RealmCallback realm) {
                    realm.setText(realm.getDefaultText());
                }
            }
        };
    }

    /** Sends a token; gives the one that came back, or null. */
    public byte[] token(String what, byte[] token) throws IOException {
        try {
            client.sendFrame(
                    writer -> writer.writeInt(XID).writeInt(OpCode.SASL).writeBuffer(token));
            JuteReader reader = new JuteReader(client.readFrame());
            ReplyHeader header = ReplyHeader.read(reader);
            byte[] answer = reader.remaining() == 0 ? null : reader.readBuffer();
            answers.add(what + ": " + header + " " + (answer == null ? "null" : shown(answer)) + " and "
                    + reader.remaining() + " bytes");
            return header.err() == 0 ? answer : null;
        } catch (EOFException | SocketException e) {
            answers.add(what + ": closed");
            return null;
        }
    }

    private static String shown(byte[] token) {
        return new String(token, StandardCharsets.UTF_8)
                .replaceAll("nonce=\"[^\"]*\"", "nonce")
                .replaceAll("rspauth=[0-9a-f]{32}", "rspauth");
    }

    public void ask(String what, int op, Consumer<JuteWriter> body) throws IOException {
        answers.add(what + ": " + client.ask(op, body));
    }

    /** Who the server thinks that this client is, as it shows it. */
    public void whoAmI() throws IOException {
        try {
            client.sendFrame(writer -> writer.writeInt(XID).writeInt(OpCode.WHO_AM_I));
            JuteReader reader = new JuteReader(client.readFrame());
            ReplyHeader.read(reader);
            List<String> identities = new ArrayList<>();
            for (int left = reader.readInt(); left > 0; left--) {
                identities.add(reader.readString() + ":" + reader.readString());
            }
            answers.add("whoami: " + identities.stream().sorted().toList());
        } catch (EOFException | SocketException e) {
            answers.add("whoami: closed");
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
