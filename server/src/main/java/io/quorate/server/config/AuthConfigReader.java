package io.quorate.server.config;

import static io.quorate.server.config.Settings.Source.FILE_OR_PROPERTY;

import io.quorate.tree.AuthScheme;
import io.quorate.tree.AuthSettings;
import io.quorate.tree.Authentication;
import io.quorate.tree.EnsembleScheme;
import io.quorate.tree.SaslScheme;
import io.quorate.tree.SaslSettings;
import io.quorate.tree.X509Scheme;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads who may do what, and how one proves who one is. */
final class AuthConfigReader {
    private static final String DIGEST = "DigestAuthenticationProvider.";
    private static final String PROVIDER_PREFIX = "authProvider.";
    private static final String SCHEMES = "enforce.auth.schemes";

    /** Where ZooKeeper's own schemes are, which an operator names by their classes. */
    private static final String APACHE = "org.apache.zookeeper.server.auth.";

    /** What this Java can hash passwords with. */
    private static final Set<String> MESSAGE_DIGESTS = java.security.Security.getAlgorithms("MessageDigest");

    private final Settings settings;
    private final List<String> warnings;
    private final SaslConfigReader saslReader;
    private final TlsConfigReader tlsReader;

    AuthConfigReader(Settings settings, List<String> warnings, TlsConfigReader tlsReader) {
        this.settings = settings;
        this.tlsReader = tlsReader;
        this.saslReader = new SaslConfigReader(settings, warnings);
        this.warnings = warnings;
    }

    AuthSettings read() {
        SaslSettings sasl = saslReader.read();
        AuthSettings result = tlsReader.withCertificates(new AuthSettings(
                settings.yesOrNo("skipACL", FILE_OR_PROPERTY, false),
                settings.yesOrNo(DIGEST + "enabled", FILE_OR_PROPERTY, true),
                superDigest(),
                digestAlgorithm(),
                requiredSchemes(),
                sasl,
                schemes()));
        checkRequired(result);
        return result;
    }

    // ---- digest

    private String digestAlgorithm() {
        String key = DIGEST + "digestAlg";
        String name = settings.text(key, FILE_OR_PROPERTY);
        if (name == null) {
            return "SHA1";
        }
        if (!MESSAGE_DIGESTS.contains(name.toUpperCase(Locale.ROOT))) {
            throw settings.wrong(
                    key,
                    FILE_OR_PROPERTY,
                    "one of " + MESSAGE_DIGESTS,
                    "correct it, the same on all servers, or remove it to get SHA1");
        }
        return name;
    }

    private @Nullable String superDigest() {
        String key = DIGEST + "superDigest";
        String digest = settings.text(key, FILE_OR_PROPERTY);
        if (digest == null || digest.isEmpty()) {
            return null;
        }
        if (digest.indexOf(':') < 1) {
            throw settings.wrong(
                    key,
                    FILE_OR_PROPERTY,
                    "user:BASE64(SHA1(user:password))",
                    "correct it, or remove it to have no super user");
        }
        return digest;
    }

    // ---- schemes that must be

    private Set<String> requiredSchemes() {
        Set<String> result = new LinkedHashSet<>();
        Set<String> named = list(SCHEMES);
        if (settings.yesOrNo("enforce.auth.enabled", FILE_OR_PROPERTY, false)) {
            if (named.isEmpty()) {
                throw settings.wrong("enforce.auth.enabled is true, but " + SCHEMES
                        + " is missing: expected the schemes of which a client must prove one; add a line such as "
                        + SCHEMES + "=digest.");
            }
            result.addAll(named);
        } else if (!named.isEmpty()) {
            warnings.add(SCHEMES + "=" + String.join(",", named)
                    + " has no effect without enforce.auth.enabled=true: clients need not prove who they are");
        }
        if (settings.yesOrNo("sessionRequireClientSASLAuth", FILE_OR_PROPERTY, false)) {
            result.add(SaslScheme.NAME);
        }
        return result;
    }

    private void checkRequired(AuthSettings result) {
        try {
            new Authentication(result);
        } catch (IllegalArgumentException e) {
            throw settings.wrong(e.getMessage() + "; correct " + SCHEMES + ", or add the scheme by a line "
                    + PROVIDER_PREFIX + "1=CLASS, for SASL " + PROVIDER_PREFIX + "1=" + APACHE
                    + "SASLAuthenticationProvider.");
        }
        if (result.requiredSchemes().equals(Set.of(SaslScheme.NAME))
                && result.sasl().mechanism() == null) {
            throw settings.wrong("authentication by SASL is required, but " + saslReader.missing()
                    + ", or do not require it: otherwise no client could ever be heard.");
        }
    }

    // ---- further schemes

    private List<AuthScheme> schemes() {
        List<AuthScheme> result = new ArrayList<>();
        for (Map.Entry<String, String> each : settings.family(PROVIDER_PREFIX).entrySet()) {
            AuthScheme scheme = scheme(each.getKey(), each.getValue());
            if (scheme != null) {
                result.add(scheme);
            }
        }
        return result;
    }

    /** @return null for one that is there anyway */
    private @Nullable AuthScheme scheme(String key, String className) {
        return switch (className) {
            case APACHE + "IPAuthenticationProvider", APACHE + "DigestAuthenticationProvider" -> null;
            case APACHE + "EnsembleAuthenticationProvider" -> new EnsembleScheme(list("ensembleAuthName"));
            case APACHE + "SASLAuthenticationProvider" ->
                new SaslScheme(settings.text("letAnySaslUserDoX", FILE_OR_PROPERTY));
            case APACHE + "X509AuthenticationProvider" -> new X509Scheme(TlsConfigReader.x509SuperUser(settings));
            default -> load(key, className);
        };
    }

    private AuthScheme load(String key, String className) {
        try {
            Object made = Class.forName(className).getDeclaredConstructor().newInstance();
            if (made instanceof AuthScheme scheme) {
                return scheme;
            }
            throw settings.wrong(
                    key,
                    FILE_OR_PROPERTY,
                    "a class that implements " + AuthScheme.class.getName() + ", not a provider for Apache's server",
                    "port the class, or remove the line and the ACLs that need it");
        } catch (ClassNotFoundException e) {
            throw settings.wrong(
                    key,
                    FILE_OR_PROPERTY,
                    "a class on the class path",
                    "start the server with java -cp quorate-server.jar:YOUR.jar io.quorate.server.QuorateServerMain,"
                            + " or correct the name");
        } catch (ReflectiveOperationException | LinkageError e) {
            throw settings.wrong(
                    key,
                    FILE_OR_PROPERTY,
                    "a class with a public constructor without parameters that works (it failed with "
                            + (e.getCause() == null ? e : e.getCause()) + ")",
                    "correct the class");
        }
    }

    private Set<String> list(String key) {
        String text = settings.text(key, FILE_OR_PROPERTY);
        if (text == null) {
            return Set.of();
        }
        return Arrays.stream(text.split(",", -1))
                .map(String::trim)
                .filter(each -> !each.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
