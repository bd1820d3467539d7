package io.quorate.it.conformance;

import io.quorate.it.conformance.Case.Profile;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerProcess;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/** One server of one kind that plays cases, one after the other. */
final class Side implements AutoCloseable {
    private final Ensemble ensemble;
    private final ServerProcess server;
    private final Control control;

    private Side(Ensemble ensemble, Place place) {
        this.ensemble = ensemble;
        ensemble.servers().forEach(each -> each.awaitMode("standalone", "leader", "follower"));
        this.server = ensemble.servers().stream()
                .filter(each -> each.mode().filter(place.mode()::equals).isPresent())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + place.mode() + " in " + ensemble));
        this.control = new Control(server.ports().client());
    }

    /** Starts a server, and those that it needs to be in its place. */
    static Side start(Kind kind, Profile profile, Place place) {
        Kind[] voters = new Kind[place.voters()];
        Arrays.fill(voters, kind);
        Ensemble ensemble = Ensemble.of(builder -> configure(builder.voters(voters), profile));
        ensemble.start();
        try {
            return new Side(ensemble, place);
        } catch (AssertionError | RuntimeException e) {
            String tails = ensemble.logTails();
            ensemble.close();
            throw new AssertionError(e + "\n" + tails, e);
        }
    }

    private static Ensemble.Builder configure(Ensemble.Builder builder, Profile profile) {
        builder.config("maxSessionTimeout", Integer.toString(Handshake.TIMEOUT_MS))
                .config("forceSync", "no")
                .config("DigestAuthenticationProvider.superDigest", Requests.digest(Control.SUPER_PASSWORD));
        if (profile == Profile.EXTENDED) {
            builder.config("extendedTypesEnabled", "true").config("enforceQuota", "true");
        }
        return builder;
    }

    /** The transcript of the case; an exception in it is its last line. */
    String play(Case which, String folder) {
        Transcript transcript = new Transcript(folder);
        transcript.base(control.createFolder(folder));
        try (Scene scene = new Scene(server.ports().client(), folder, transcript)) {
            which.script().play(scene);
        } catch (Exception | AssertionError e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            throw new AssertionError(
                    which + " broke on " + server + ":\n" + transcript + trace + "\n" + server.logTail(), e);
        }
        control.clear();
        if (!server.isRunning()) {
            throw new AssertionError(which + " ended the process of " + server.logTail());
        }
        return transcript.toString();
    }

    /** A case that is not played here leaves what counts all cases as if it had been: the version of the root's children. */
    void skip(String folder) {
        control.createFolder(folder);
        control.clear();
    }

    @Override
    public void close() {
        control.close();
        ensemble.close();
    }
}
