package io.quorate.server.config;

import static io.quorate.server.config.Settings.Source.FILE_OR_PROPERTY;
import static io.quorate.server.config.Settings.Source.PROPERTY;

import io.quorate.server.auth.DigestMd5;
import io.quorate.tree.SaslMechanism;
import io.quorate.tree.SaslSettings;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.security.NoSuchAlgorithmException;
import java.security.URIParameter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Reads how clients prove who they are by SASL: from the JAAS file that {@code -Djava.security.auth.login.config} names, as in ZooKeeper.
 *
 * <pre>
 *   Server {
 *       org.apache.zookeeper.server.auth.DigestLoginModule required
 *       user_NAME="password" ...;
 *   };
 * </pre>
 */
final class SaslConfigReader {
    private static final String JAAS_FILE = "java.security.auth.login.config";
    private static final String SECTION_NAME = "sasl.serverconfig";
    private static final String DEFAULT_SECTION = "Server";
    private static final String DIGEST_MODULE = "org.apache.zookeeper.server.auth.DigestLoginModule";
    private static final String USER_PREFIX = "user_";
    private static final String SUPER_USER = "superUser";
    private static final String SUPER_PASSWORD = "SASLAuthenticationProvider.superPassword";
    private static final String NO_FILE = "the JAAS file, which -D" + JAAS_FILE + "=FILE names";

    private final Settings settings;
    private final List<String> warnings;

    SaslConfigReader(Settings settings, List<String> warnings) {
        this.settings = settings;
        this.warnings = warnings;
    }

    SaslSettings read() {
        return new SaslSettings(
                mechanism(), superUsers(), settings.yesOrNo("allowSaslFailedClients", FILE_OR_PROPERTY, false));
    }

    /** What to tell somebody whose requirement needs SASL, and who has not configured it. */
    String missing() {
        return "there is no section " + section() + " in " + where()
                + ": expected the users there, as in " + section() + " { " + DIGEST_MODULE
                + " required user_NAME=\"password\"; }; add it";
    }

    // ---- who may do everything

    private Set<String> superUsers() {
        Set<String> result = new HashSet<>(settings.family(SUPER_USER + ".").values());
        String single = settings.text(SUPER_USER, FILE_OR_PROPERTY);
        if (single != null) {
            result.add(single);
        }
        return result;
    }

    // ---- the JAAS file

    private @Nullable SaslMechanism mechanism() {
        AppConfigurationEntry[] entries = entries();
        if (entries != null) {
            return new DigestMd5(passwords(entries));
        }
        if (settings.isSet(SECTION_NAME, FILE_OR_PROPERTY)) {
            throw settings.wrong(
                    SECTION_NAME,
                    FILE_OR_PROPERTY,
                    "the name of a section in " + where(),
                    "add the section, or remove this");
        }
        return null;
    }

    private String section() {
        String named = settings.text(SECTION_NAME, FILE_OR_PROPERTY);
        return named == null ? DEFAULT_SECTION : named;
    }

    private String where() {
        String file = settings.text(JAAS_FILE, PROPERTY);
        return file == null ? NO_FILE : file;
    }

    /** @return null if there is no such section, or no file at all */
    private AppConfigurationEntry @Nullable [] entries() {
        String file = settings.text(JAAS_FILE, PROPERTY);
        try {
            return Configuration.getInstance("JavaLoginConfig", file == null ? null : new URIParameter(uri(file)))
                    .getAppConfigurationEntry(section());
        } catch (NoSuchAlgorithmException | SecurityException e) {
            if (file == null) {
                // No file is named anywhere: there is no SASL.
                return null;
            }
            throw unreadable(file, e);
        }
    }

    private URI uri(String file) {
        // With one more "=" before it the JDK reads this file only, which is what happens here anyway.
        String name = file.startsWith("=") ? file.substring(1) : file;
        if (new File(name).exists()) {
            return new File(name).toURI();
        }
        try {
            return new URL(name).toURI();
        } catch (MalformedURLException | URISyntaxException e) {
            return new File(name).toURI();
        }
    }

    private StartException unreadable(String file, Exception thrown) {
        Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
        return settings.wrong(
                JAAS_FILE,
                PROPERTY,
                "the path of a JAAS file that can be read (" + cause.getMessage() + ")",
                "correct the path or the file " + file + ", or remove this to have no SASL");
    }

    private Map<String, String> passwords(AppConfigurationEntry[] entries) {
        Map<String, String> result = new HashMap<>();
        for (AppConfigurationEntry each : entries) {
            checkModule(each.getLoginModuleName());
            each.getOptions().forEach((key, value) -> {
                if (key.startsWith(USER_PREFIX)) {
                    checkPassword(key, String.valueOf(value));
                    result.put(key.substring(USER_PREFIX.length()), String.valueOf(value));
                }
            });
        }
        String superPassword = settings.text(SUPER_PASSWORD, FILE_OR_PROPERTY);
        if (superPassword != null) {
            checkPassword(SUPER_PASSWORD, superPassword);
            result.computeIfPresent("super", (user, inFile) -> superPassword);
        }
        if (result.isEmpty()) {
            warnings.add(where() + ": section " + section() + " has no " + USER_PREFIX
                    + "NAME=\"password\": nobody can prove who they are by SASL");
        }
        return result;
    }

    private void checkPassword(String key, String password) {
        if (password.isEmpty()) {
            throw settings.wrong(
                    "the SASL password " + key + " is empty, and would let anybody in; give one, or remove it.");
        }
    }

    private void checkModule(String module) {
        if (!module.equals(DIGEST_MODULE)) {
            throw settings.wrong(
                    JAAS_FILE,
                    PROPERTY,
                    "the section " + section() + " to have the login module " + DIGEST_MODULE + ", it has " + module
                            + " (Quorate has DIGEST-MD5, not Kerberos)",
                    "name that module and its users, or rename the section to have no SASL");
        }
    }
}
